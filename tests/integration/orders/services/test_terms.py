"""A new version says only what is different; what guests agreed to otherwise goes on."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from orders.services import terms
from orders.services.terms import TermsImpossible
from tests.conftest import EVENING


def add(venue, **changes):
    wanted = {
        "days_to_pay": 3,
        "new_guest_limit": Money(4_000, "EUR"),
        "regular_limit": Money(12_000, "EUR"),
    } | changes
    return terms.add_version(venue=venue, now=EVENING, **wanted)


def test_cards_go_on_settling_when_only_the_days_change(larkspur):
    add(larkspur, auto_settles=True, notice_hours=48)

    changed = add(larkspur, days_to_pay=5)

    assert (changed.days_to_pay, changed.auto_settles, changed.notice_hours) == (5, True, 48)


def test_cards_stop_settling_when_that_is_said(larkspur):
    add(larkspur, auto_settles=True, notice_hours=48)

    changed = add(larkspur, auto_settles=False)

    assert (changed.auto_settles, changed.notice_hours) == (False, 48)


def test_reminders_go_on_when_nothing_is_said_of_them(larkspur):
    before = larkspur.terms.latest("number")

    assert add(larkspur).reminders == before.reminders


@pytest.mark.parametrize(
    "wrong",
    [
        {"days_to_pay": 91},
        {"days_to_pay": -1},
        {"notice_hours": 23},
        {"new_guest_limit": Money(4_000, "GBP")},
        {"new_guest_limit": Money(-1, "EUR")},
        {"regular_limit": Money(3_999, "EUR")},
    ],
    ids=["too-long", "before", "no-notice", "foreign", "less-than-none", "regulars-less"],
)
def test_terms_nobody_could_keep_are_refused(larkspur, wrong):
    with pytest.raises(TermsImpossible):
        add(larkspur, **wrong)

    assert larkspur.terms.count() == 1
