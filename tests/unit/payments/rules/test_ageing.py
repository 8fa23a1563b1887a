"""Every moment stands in exactly one bucket, and the bucket's dates say the same as its name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from payments.rules.ageing import Bucket, bucket_of, due_between

NOW = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)
DAY, BLINK = timedelta(days=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-DAY, Bucket.NOT_DUE),
        (0 * DAY, Bucket.NOT_DUE),
        (BLINK, Bucket.DAYS_1_3),
        (3 * DAY, Bucket.DAYS_1_3),
        (3 * DAY + BLINK, Bucket.DAYS_4_7),
        (7 * DAY, Bucket.DAYS_4_7),
        (14 * DAY, Bucket.DAYS_8_14),
        (30 * DAY, Bucket.DAYS_15_30),
        (30 * DAY + BLINK, Bucket.OVER_30),
        (4000 * DAY, Bucket.OVER_30),
    ],
)
def test_a_bucket_is_found_and_its_dates_agree(late, bucket):
    due_at = NOW - late

    within = {
        each
        for each in Bucket
        for earliest, before in [due_between(each, now=NOW)]
        if (earliest is None or earliest <= due_at) and (before is None or due_at < before)
    }

    assert bucket_of(due_at, now=NOW) == bucket
    assert within == {bucket}
