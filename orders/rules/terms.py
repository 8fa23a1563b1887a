"""The terms a tab is opened under: days to pay, limits, reminders, preset per kind of venue.

Decision 20. A preset's limits are in whole euro; other currencies get what people there would
write, by the rounded factors below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from config.kernel.money import Money, exponent_of
from orders.rules.reminder_rules import CAFE, CONSULTING, SALON, ReminderRules


class VenueKind(StrEnum):
    CAFE = "cafe"
    SALON = "salon"
    CONSULTING = "consulting"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPreset:
    """Days count whole local days after the day of closing; limits are in whole euro."""

    days_to_pay: int
    new_guest_limit: int
    regular_limit: int
    reminders: ReminderRules


PRESETS: Final[Mapping[VenueKind, TermsPreset]] = {
    VenueKind.CAFE: TermsPreset(
        days_to_pay=1, new_guest_limit=40, regular_limit=120, reminders=CAFE
    ),
    VenueKind.SALON: TermsPreset(
        days_to_pay=7, new_guest_limit=150, regular_limit=400, reminders=SALON
    ),
    VenueKind.CONSULTING: TermsPreset(
        days_to_pay=14, new_guest_limit=2_000, regular_limit=10_000, reminders=CONSULTING
    ),
}
# Whole units of a currency that people would write for one euro, in round figures.
PER_EURO: Final[Mapping[str, tuple[int, int]]] = {
    "KRW": (1_500, 1), "JPY": (160, 1), "KWD": (1, 3), "BHD": (2, 5), "OMR": (2, 5),
    "JOD": (3, 4), "HUF": (400, 1), "CZK": (25, 1), "ISK": (150, 1), "SEK": (11, 1),
    "NOK": (12, 1), "DKK": (15, 2), "INR": (100, 1), "VND": (28_000, 1), "CLP": (1_000, 1),
    "PLN": (13, 3), "TND": (10, 3),
}  # fmt: skip
# Before a card on file is charged its guest is told: a day ahead at least, two weeks at most.
SHORTEST_NOTICE_HOURS: Final = 24
LONGEST_NOTICE_HOURS: Final = 14 * 24
LAST_MINUTE: Final = time(23, 59)


def limit_in(whole_euro: int, currency: str) -> Money:
    """A preset's limit in another currency, cut to two leading figures."""
    times, by = PER_EURO.get(currency, (1, 1))
    whole = whole_euro * times // by
    magnitude = 10 ** max(len(str(whole)) - 2, 0)
    return Money(whole // magnitude * magnitude * 10 ** exponent_of(currency), currency)


def due_at(closed_at: datetime, *, days_to_pay: int, time_zone: str) -> datetime:
    """The end of the last local day to pay. Counts calendar days, so DST changes nothing."""
    zone = ZoneInfo(time_zone)
    return end_of(
        closed_at.astimezone(zone).date() + timedelta(days=days_to_pay), time_zone=time_zone
    )


def end_of(day: date, *, time_zone: str) -> datetime:
    """The last minute of a local day."""
    return datetime.combine(day, LAST_MINUTE, tzinfo=ZoneInfo(time_zone))
