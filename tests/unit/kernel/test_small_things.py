from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from django.utils import translation

from config.kernel import clock
from config.kernel.choices import choices_of
from config.kernel.errors import DomainError, gettext_noop
from config.kernel.http import translated
from config.kernel.money import Money


class Season(StrEnum):
    LATE_SUMMER = "late_summer"


def test_the_clock_tells_the_present_in_utc():
    told = clock.now()

    assert told.tzinfo is UTC
    assert abs(told - datetime.now(tz=UTC)) < timedelta(seconds=5)


def test_choices_are_stored_values_with_readable_labels():
    assert choices_of(Season) == [("late_summer", "Late summer")]


def test_a_refusal_fills_its_facts_into_its_sentence():
    refusal = DomainError(gettext_noop("%(name)s is sold out today."), name="Brownie")

    assert str(refusal) == "Brownie is sold out today."
    assert translated(refusal) == "Brownie is sold out today."
    assert refusal.code == "refused"


@pytest.mark.parametrize(
    ("amount", "language", "said"),
    [
        (Money(320, "EUR"), "en", "Only €3.20 is left."),
        (Money(320, "EUR"), "de", "Only 3,20\u00a0€ is left."),
        (Money(500, "KRW"), "en", "Only ₩500 is left."),
        (Money(1250, "KWD"), "en", "Only KWD\u00a01.250 is left."),
    ],
    ids=["euro", "euro-in-german", "won", "dinar"],
)
def test_a_refusal_writes_amounts_as_its_reader_does(amount, language, said):
    refusal = DomainError(gettext_noop("Only %(left)s is left."), left=amount)

    with translation.override(language):
        shown = translated(refusal)

    assert shown == said


@pytest.mark.parametrize("sentence", ["It needs a name.", "100 % of it."])
def test_a_refusal_without_facts_is_its_sentence(sentence):
    refusal = DomainError(sentence)

    assert str(refusal) == sentence
    assert translated(refusal) == sentence
