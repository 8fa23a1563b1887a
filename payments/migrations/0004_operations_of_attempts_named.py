"""Every call until now was about an attempt: that is its subject."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def name_subjects(apps, _schema_editor):
    attempts = apps.get_model('payments', 'CheckoutAttempt').objects.filter(id=OuterRef('attempt_id'))
    apps.get_model('payments', 'GatewayOperation').objects.update(
        subject_id=F('attempt_id'),
        tab_id=Subquery(attempts.values('tab_id')),
        venue_id=Subquery(attempts.values('tab__venue_id')),
    )


def name_attempts(apps, _schema_editor):
    operations = apps.get_model('payments', 'GatewayOperation').objects
    operations.filter(kind__in=['checkout', 'expire']).update(attempt_id=F('subject_id'))


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_operations_name_their_subject'),
    ]

    operations = [
        migrations.RunPython(name_subjects, name_attempts),
    ]
