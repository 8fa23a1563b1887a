"""Room for calls about anything: which row, whose venue, and on which tab if on any."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_customers_found_by_plain_letters'),
        ('payments', '0002_lines_chosen'),
    ]

    operations = [
        migrations.AddField(
            model_name='gatewayoperation',
            name='subject_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='gatewayoperation',
            name='seq',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='gatewayoperation',
            name='venue',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.venue'),
        ),
        migrations.AddField(
            model_name='gatewayoperation',
            name='tab',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.tab'),
        ),
        migrations.AlterField(
            model_name='gatewayoperation',
            name='attempt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='payments.checkoutattempt'),
        ),
    ]
