"""The database refuses two bookings that occupy one person at once.

PostgreSQL does it by an exclusion constraint (a person's number as a range of one, so that no
extension is needed), SQLite by two triggers. SQLite drops triggers with a table that Django makes
anew: a migration that does so to bookings ends with these statements once more.
"""

from django.db import migrations

_EXCLUSION = """
ALTER TABLE deposits_booking ADD CONSTRAINT deposits_booking_no_overlap
EXCLUDE USING gist (
    int8range(person_id, person_id, '[]') WITH &&,
    tstzrange(starts_at, busy_until) WITH &&
) WHERE (state IN ('requested', 'confirmed', 'arrived'))
"""
_TRIGGER = """
CREATE TRIGGER deposits_booking_no_overlap_{name} BEFORE {name} ON deposits_booking
WHEN NEW.state IN ('requested', 'confirmed', 'arrived') AND EXISTS (
    SELECT 1 FROM deposits_booking AS other
    WHERE other.person_id = NEW.person_id AND other.id <> NEW.id
      AND other.state IN ('requested', 'confirmed', 'arrived')
      AND other.starts_at < NEW.busy_until AND other.busy_until > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'deposits_booking_no_overlap'); END
"""
_TRIGGERS = ("INSERT", "UPDATE")


def _forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_EXCLUSION)
        return
    for name in _TRIGGERS:
        schema_editor.execute(_TRIGGER.format(name=name))


def _allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE deposits_booking DROP CONSTRAINT deposits_booking_no_overlap"
        )
        return
    for name in _TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER deposits_booking_no_overlap_{name}")


class Migration(migrations.Migration):

    dependencies = [
        ("deposits", "0001_bookings"),
    ]

    operations = [
        migrations.RunPython(_forbid, _allow),
    ]
