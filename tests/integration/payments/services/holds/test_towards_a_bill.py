"""A hold taken towards what a tab owes."""

from __future__ import annotations

import pytest

from payments.models import LedgerEntry, Receipt
from payments.rules.accounts import Account
from payments.rules.hold_states import HoldState
from payments.selectors import balances
from payments.services import (
    checkout,
    holds,
    reopening,
)
from payments.services.reasking import PaymentUnderWay
from payments.services.requests import NotOwing
from tests.holding import SOON, held
from tests.integration.payments.services.holds.conftest import eur


# --- For a tab ------------------------------------------------------------------------------------
def test_a_tab_takes_what_it_owes_and_the_rest_is_let_go(larkspur, closed_tab, book):
    hold = held(larkspur)

    applied = holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    closed_tab.refresh_from_db()
    receipt = Receipt.objects.get()
    entry = LedgerEntry.objects.get(hold=hold)
    assert (applied.state, applied.captured) == (HoldState.APPLIED, eur(2180))
    assert (entry.debit, entry.credit, entry.source_key) == (
        Account.CLEARING, Account.RECEIVABLE, f"hold:{hold.id}:applied",
    )  # fmt: skip
    assert closed_tab.is_settled
    assert (receipt.payment.hold, receipt.email) == (hold, "maeve@example.org")
    assert book.taken == [eur(2180)]


def test_a_smaller_hold_leaves_the_rest_owing(larkspur, closed_tab):
    hold = held(larkspur, minor=1000)

    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    assert balances.get_standing(closed_tab).balance == eur(1180)


def test_what_is_being_taken_cannot_be_paid_by_page_as_well(larkspur, closed_tab, book, wish):
    hold = held(larkspur, minor=1000)
    book.away.add("capture")
    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    standing = balances.get_standing(closed_tab)

    assert (standing.reserved, standing.open_amount) == (eur(1000), eur(1180))
    attempt = checkout.open_page(tab_id=closed_tab.id, wish=wish(1180), now=SOON)
    assert attempt.amount == eur(1180)


def test_a_tab_that_a_hold_is_taken_for_is_not_opened_again(larkspur, closed_tab, book, niamh):
    hold = held(larkspur)
    book.away.add("capture")
    holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    with pytest.raises(PaymentUnderWay):
        reopening.reopen_tab(
            tab_id=closed_tab.id, by=niamh, role="manager", reason="Wrong", now=SOON
        )


def test_a_tab_that_owes_nothing_any_more_lets_the_hold_go(larkspur, closed_tab, book, wish):
    hold = held(larkspur)
    checkout.open_page(tab_id=closed_tab.id, wish=wish(2180), now=SOON)

    left = holds.apply(hold_id=hold.id, tab_id=closed_tab.id, now=SOON)

    assert left.state == HoldState.RELEASED


def test_an_open_tab_takes_nothing(larkspur, open_tab):
    hold = held(larkspur)

    with pytest.raises(NotOwing):
        holds.apply(hold_id=hold.id, tab_id=open_tab.id, now=SOON)
