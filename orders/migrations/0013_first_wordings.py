"""What items say today becomes the first version of what they promise.

Lines that were sold before copied no wording, so nobody is asked to agree to theirs afterwards.
"""

import hashlib
import json
import unicodedata

from django.db import migrations
from django.db.models import Q

from config.kernel import clock


def digest_of(item):
    parts = {
        "duration_minutes": item.duration_minutes,
        "expected_result": unicodedata.normalize("NFC", item.expected_result),
        "limits": unicodedata.normalize("NFC", item.limits),
    }
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write(apps, schema_editor):
    items = apps.get_model("orders", "CatalogueItem").objects
    promises = apps.get_model("orders", "ItemPromise").objects
    now = clock.now()
    for item in items.exclude(Q(expected_result="") & Q(limits="")).filter(promise=None):
        item.promise = promises.create(
            item=item,
            number=1,
            duration_minutes=item.duration_minutes,
            expected_result=item.expected_result,
            limits=item.limits,
            digest=digest_of(item),
            created_at=now,
        )
        item.save(update_fields=["promise"])


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_services_promise'),
    ]

    operations = [
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
