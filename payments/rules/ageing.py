"""How long an unpaid tab has been owing: buckets of whole days past its pay-by date.

    not due     day 1–3     4–7     8–14     15–30     over 30
    ─────────┤ pay-by ├───────┼───────┼────────┼─────────┼────────>

The first day past is the day that begins at the pay-by moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Bucket(StrEnum):
    NOT_DUE = "not_due"
    DAYS_1_3 = "1-3"
    DAYS_4_7 = "4-7"
    DAYS_8_14 = "8-14"
    DAYS_15_30 = "15-30"
    OVER_30 = "over_30"


# The last day of each bucket that has one.
_LAST_DAY: Final[Mapping[Bucket, int]] = {
    Bucket.NOT_DUE: 0,
    Bucket.DAYS_1_3: 3,
    Bucket.DAYS_4_7: 7,
    Bucket.DAYS_8_14: 14,
    Bucket.DAYS_15_30: 30,
}
ORDER: Final = tuple(Bucket)


def bucket_of(due_at: datetime, *, now: datetime) -> Bucket:
    """The bucket a tab with this pay-by date stands in."""
    late = now - due_at
    for bucket, last_day in _LAST_DAY.items():
        if late <= timedelta(days=last_day):
            return bucket
    return Bucket.OVER_30


def due_between(bucket: Bucket, *, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Pay-by dates in this bucket: from the first on, and before the second. None: no end."""
    place = ORDER.index(bucket)
    earliest = now - timedelta(days=_LAST_DAY[bucket]) if bucket in _LAST_DAY else None
    before = now - timedelta(days=_LAST_DAY[ORDER[place - 1]]) if place else None
    return earliest, before
