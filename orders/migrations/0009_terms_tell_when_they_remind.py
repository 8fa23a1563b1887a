"""Terms from before there were reminders get the schedule that is usual for their kind of venue."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from orders.rules.terms import PRESETS, VenueKind


def give_presets(apps: Any, _editor: object) -> None:
    versions = apps.get_model("orders", "TermsVersion").objects.filter(reminders={})
    for kind in VenueKind:
        versions.filter(venue__kind=kind).update(reminders=PRESETS[kind].reminders.written())


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_mail_that_reminds")]

    operations = [migrations.RunPython(give_presets, migrations.RunPython.noop)]
