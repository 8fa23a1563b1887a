from __future__ import annotations

import pytest

from orders.rules.promises import canonical_text, digest_of, points, promises_something

BOND = {"duration_minutes": 40, "expected_result": "Stronger hair.", "limits": "No repair."}


def test_the_fingerprint_is_that_of_the_written_form():
    text = '{"duration_minutes":40,"expected_result":"Stronger hair.","limits":"No repair."}'

    assert canonical_text(**BOND) == text
    assert digest_of(**BOND) == "ffadf42935731a5262c5d93751bcc18212c6c1730c983af4a18e0d6baf847930"


@pytest.mark.parametrize(
    "change",
    [
        {"duration_minutes": 41},
        {"duration_minutes": None},
        {"expected_result": "Stronger hair"},
        {"limits": ""},
        {"expected_result": "", "limits": "Stronger hair."},
        {"expected_result": "Stronger hair.\nNo repair.", "limits": ""},
    ],
)
def test_every_part_of_the_wording_counts(change):
    assert digest_of(**BOND | change) != digest_of(**BOND)


def test_one_letter_written_in_two_ways_is_one_letter():
    composed, decomposed = ({"expected_result": text} for text in ("Caf\u00e9", "Cafe\u0301"))

    assert digest_of(**BOND | composed) == digest_of(**BOND | decomposed)


@pytest.mark.parametrize(
    ("expected_result", "limits", "something"),
    [("", "", False), ("Soft.", "", True), ("", "Not for ever.", True), ("Soft.", "No.", True)],
)
def test_either_text_makes_a_promise(expected_result, limits, *, something):
    assert promises_something(expected_result=expected_result, limits=limits) is something


def test_each_line_that_says_something_is_a_point():
    assert points("Soft.\n\n  Lasts a week. \n") == ("Soft.", "Lasts a week.")
    assert points("") == ()
