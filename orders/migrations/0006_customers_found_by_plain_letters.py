"""People put on file before can be found like those put on file from now on."""

import unicodedata

from django.db import migrations


def fill(apps, schema_editor):
    customers = apps.get_model("orders", "Customer").objects.filter(found_by="")
    for customer in customers.iterator():
        known = " ".join(filter(None, (customer.name, customer.email, customer.phone)))
        letters = unicodedata.normalize("NFKD", known.casefold())
        customer.found_by = "".join(each for each in letters if not unicodedata.combining(each))
        customer.save(update_fields=["found_by"])


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_customers_merged'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
