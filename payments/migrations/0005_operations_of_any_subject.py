"""One call of a kind for its subject; a further one only after a determined no."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_customers_found_by_plain_letters'),
        ('payments', '0004_operations_of_attempts_named'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='gatewayoperation',
            name='payments_operation_once_per_intent',
        ),
        migrations.RemoveField(
            model_name='gatewayoperation',
            name='attempt',
        ),
        migrations.AlterField(
            model_name='gatewayoperation',
            name='subject_id',
            field=models.UUIDField(),
        ),
        migrations.AlterField(
            model_name='gatewayoperation',
            name='venue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.venue'),
        ),
        migrations.AddConstraint(
            model_name='gatewayoperation',
            constraint=models.UniqueConstraint(fields=('kind', 'subject_id', 'seq'), name='payments_operation_once_per_intent'),
        ),
    ]
