"""A visit as a calendar reads it (RFC 5545): one file that adds it, or takes it out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

_LONGEST_LINE: Final = 75
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One visit. A calendar that has it already takes the file with the higher `sequence`."""

    visit_id: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    sequence: int
    told_at: datetime
    is_off: bool = False


def write(entry: Entry) -> str:
    """The file: instants in UTC, so that no calendar has to know any zone's rules."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Afterward//Bookings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.visit_id}@afterward",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_instant(entry.told_at)}",
        f"DTSTART:{_instant(entry.starts_at)}",
        f"DTEND:{_instant(entry.ends_at)}",
        f"SUMMARY:{entry.title.translate(_ESCAPED)}",
        f"LOCATION:{entry.place.translate(_ESCAPED)}",
        f"STATUS:{'CANCELLED' if entry.is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """No line is longer than 75 octets; what follows a break begins with a blank."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST_LINE:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join([*parts, part])
