"""Services with a promise: its wordings, the guest’s yes to one, and lines that wait for it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_excess_given_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='cleared_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ItemPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('duration_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('expected_result', models.TextField(blank=True, max_length=2000)),
                ('limits', models.TextField(blank=True, max_length=2000)),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='orders.catalogueitem')),
            ],
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('way', models.CharField(choices=[('staff_screen', 'Staff screen'), ('own_phone', 'Own phone'), ('waived', 'Waived')], max_length=12)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(blank=True, max_length=160)),
                ('at', models.DateTimeField()),
                ('browser_digest', models.CharField(blank=True, max_length=64)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='orders.line')),
                ('promise', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.itempromise')),
            ],
        ),
        migrations.AddField(
            model_name='catalogueitem',
            name='promise',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.itempromise'),
        ),
        migrations.AddField(
            model_name='line',
            name='promise',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.itempromise'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('promise', None), ('sent_at', None), ('cleared_at__isnull', False), _connector='OR'), name='orders_line_starts_acknowledged'),
        ),
        migrations.AddConstraint(
            model_name='itempromise',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='orders_promise_number_once'),
        ),
        migrations.AddConstraint(
            model_name='itempromise',
            constraint=models.CheckConstraint(condition=models.Q(('expected_result', ''), ('limits', ''), _negated=True), name='orders_promise_says_something'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(condition=models.Q(('way', 'waived'), _negated=True), fields=('line', 'promise'), name='orders_agreed_once'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(condition=models.Q(('way', 'waived')), fields=('line', 'promise'), name='orders_waived_once'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'waived'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('way', 'waived'), _negated=True), models.Q(('name', ''), _negated=True)), _connector='OR'), name='orders_acknowledged_by_name_or_reason'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('by__isnull', False), models.Q(('browser_digest', ''), _negated=True), _connector='OR'), name='orders_acknowledged_by_somebody'),
        ),
    ]
