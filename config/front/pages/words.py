"""Small sentences that several staff pages say in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext, ngettext

HOUR: Final = 60
DAY: Final = 24 * HOUR


def age(waited: timedelta) -> str:
    """How long ago something was, as people glance at it: 6 min, 1 h 50, 3 days."""
    minutes = max(int(waited.total_seconds() // 60), 0)
    if minutes < HOUR:
        return gettext("%(minutes)s min") % {"minutes": minutes}
    if minutes < DAY:
        parts = {"hours": minutes // HOUR, "minutes": f"{minutes % HOUR:02d}"}
        return gettext("%(hours)s h %(minutes)s") % parts
    days = minutes // DAY
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def with_choices(name: str, choices: Sequence[str]) -> str:
    """A thing with what was chosen for it, in one breath."""
    if not choices:
        return name
    return gettext("%(name)s with %(choices)s") % {"name": name, "choices": " + ".join(choices)}


def and_more(named: str, count: int) -> str:
    """A list of names that was cut short."""
    if not count:
        return named
    return gettext("%(named)s and %(count)s more") % {"named": named, "count": count}
