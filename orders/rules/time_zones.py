"""Time zones people may be in, as the machine's own tables name them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from config.kernel.errors import DomainError, gettext_noop

# Names of the tables that are no places.
_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


class TimeZoneUnknown(DomainError):
    """What was named is no time zone of the tables."""

    code = "time_zone_unknown"


@cache
def list_places() -> tuple[str, ...]:
    """Those that are named for a place, `Europe/Dublin`, by their names."""
    places = (name for name in available_timezones() if "/" in name)
    return tuple(sorted(name for name in places if not name.startswith(_NO_PLACES)))


def clean_zone(typed: str) -> str:
    """The zone as the tables name it; empty stays empty.

    :raises TimeZoneUnknown: there is none of that name.
    """
    if typed and typed not in available_timezones():
        raise TimeZoneUnknown(gettext_noop("Please choose a time zone from the list."))
    return typed
