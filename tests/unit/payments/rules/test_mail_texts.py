"""Texts of mails: which places they may have, and what filling them in cannot do."""

from __future__ import annotations

import pytest

from orders.rules.reminder_rules import Tone
from payments.rules.mail_texts import (
    DEFAULTS,
    PLACES,
    PlaceUnclear,
    ensure_clear,
    fill,
    tone_at,
)

FACTS = {"venue": "Larkspur", "guest": "Donal", "amount": "€21.80", "date": "Friday 6 March"}


@pytest.mark.parametrize("tone", Tone)
def test_our_own_texts_are_clear_and_name_amount_and_date(tone):
    text = DEFAULTS[tone]

    ensure_clear(text.subject)
    ensure_clear(text.body)
    assert "{amount}" in text.subject
    assert "{date}" in text.subject


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_filled_in(place):
    ensure_clear(f"{{{place}}}")

    assert fill(f"<{{{place}}}>", FACTS) == f"<{FACTS[place]}>"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Pay {amout} now", 5), ("{", 1), ("a}", 2), ("{{amount}}", 1), ("{ amount }", 1),
        ("{amount.__class__}", 1), ("{amount!r}", 1), ("{amount:>9}", 1), ("{0}", 1), ("{}", 1),
        ("{date} and {\namount}", 12), ("{% now %}", 1), ("{date}{{7*7}}", 7), ("{AMOUNT}", 1),
    ],
)  # fmt: skip
def test_a_wrong_place_is_refused_with_its_position(text, position):
    with pytest.raises(PlaceUnclear) as refusal:
        ensure_clear(text)

    assert refusal.value.facts["position"] == position


def test_what_is_filled_in_is_not_looked_at_again():
    assert fill("{guest} {venue}", FACTS | {"guest": "{venue}"}) == "{venue} Larkspur"


@pytest.mark.parametrize(
    ("tone", "late", "said"),
    [
        (Tone.BEFORE, False, Tone.BEFORE), (Tone.BEFORE, True, Tone.AFTER),
        (Tone.DUE, False, Tone.DUE), (Tone.DUE, True, Tone.AFTER),
        (Tone.AFTER, False, Tone.AFTER), (Tone.AFTER, True, Tone.AFTER),
        (Tone.LAST, False, Tone.LAST), (Tone.LAST, True, Tone.LAST),
    ],
)  # fmt: skip
def test_a_note_that_was_kept_up_does_not_speak_of_today(tone, late, said):
    assert tone_at(tone, is_overdue=late) == said
