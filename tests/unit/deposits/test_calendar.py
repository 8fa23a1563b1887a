"""A visit as a calendar file: escaped, folded, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from deposits.rules.calendar import Entry, write

START = datetime(2026, 3, 10, 14, tzinfo=ZoneInfo("Asia/Seoul"))


def entry(**changes):
    known = {
        "visit_id": UUID(int=7),
        "starts_at": START,
        "ends_at": START + timedelta(minutes=40),
        "title": "Haircut",
        "place": "Here",
        "sequence": 3,
        "told_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Entry(**known | changes)


def test_instants_stand_in_utc():
    file = write(entry())

    assert "DTSTART:20260310T050000Z\r\nDTEND:20260310T054000Z\r\n" in file
    assert "DTSTAMP:20260301T000000Z\r\n" in file


@pytest.mark.parametrize(
    ("typed", "written"),
    [("a;b", r"a\;b"), ("a,b", r"a\,b"), ("a\\b", r"a\\b"), ("a\r\nb", r"a\nb")],
    ids=["semicolon", "comma", "backslash", "line-break"],
)
def test_what_means_something_to_calendars_is_escaped(typed, written):
    assert f"SUMMARY:{written}\r\n" in write(entry(title=typed))


def test_no_line_is_longer_than_75_octets_and_nothing_is_lost():
    title = "Très longue séance de coloration " * 6

    file = write(entry(title=title))

    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert f"SUMMARY:{title}\r\n" in file.replace("\r\n ", "")


def test_a_cancelled_visit_says_so():
    assert "STATUS:CANCELLED\r\n" in write(entry(is_off=True))
