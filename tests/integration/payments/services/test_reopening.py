"""Taking a closed tab back: only while nothing was paid, and with the books put right."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from orders.rules.roles import NotAllowed, Role
from orders.rules.tab_states import IllegalMove
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import LedgerEntry
from payments.rules.accounts import Account
from payments.selectors import balances
from payments.services import closing, reopening, snapshots
from payments.services.pages import GatewayAway
from payments.services.reopening import MoneyCameIn, PaymentUnderWay
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


def receivable():
    return LedgerEntry.objects.all().balance_of(Account.RECEIVABLE, "EUR")


def reopen(tab, by, role=Role.MANAGER):
    return reopening.reopen_tab(
        tab_id=tab.id, by=by, role=role, reason="Forgot the coffee", now=SOON
    )


def void(tab, by, role=Role.MANAGER):
    return reopening.void_tab(tab_id=tab.id, by=by, role=role, reason="Rung in twice", now=SOON)


def test_reopening_books_back_what_was_booked(closed_tab, niamh):
    tab = reopen(closed_tab, niamh)

    assert tab.is_open
    assert receivable() == Money(0, "EUR")
    assert closed_tab.payment_requests.get().state == "superseded"


def test_closing_again_asks_once_more(closed_tab, niamh, ada):
    reopen(closed_tab, niamh)

    closing.close_and_request(tab_id=closed_tab.id, by=ada, now=LATER)

    assert receivable() == Money(2180, "EUR")
    assert sorted(closed_tab.payment_requests.values_list("state", flat=True)) == [
        "pending",
        "superseded",
    ]


def test_reopening_closes_open_pages_first(closed_tab, niamh, open_page, book):
    open_page()

    reopen(closed_tab, niamh)

    assert book.pages["cs_1"].status == PageStatus.EXPIRED


def test_a_page_paid_meanwhile_keeps_the_tab_closed(closed_tab, niamh, open_page, book):
    open_page(1000, amount=1000)
    book.pay("cs_1", at=SOON)

    with pytest.raises(MoneyCameIn):
        reopen(closed_tab, niamh)

    closed_tab.refresh_from_db()
    assert closed_tab.is_owing
    assert receivable() == Money(1180, "EUR")


def test_a_page_that_cannot_be_closed_keeps_the_tab_closed(closed_tab, niamh, open_page, book):
    open_page()
    book.fail_before.append(OutcomeUnknown("timeout"))

    with pytest.raises(GatewayAway):
        reopen(closed_tab, niamh)

    closed_tab.refresh_from_db()
    assert closed_tab.is_owing


def test_money_on_its_way_keeps_the_tab_closed(closed_tab, niamh, open_page, book):
    open_page()
    book.start_bank_debit("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    with pytest.raises(PaymentUnderWay):
        reopen(closed_tab, niamh)


def test_staff_do_not_reopen(closed_tab, ada):
    with pytest.raises(NotAllowed):
        reopen(closed_tab, ada, Role.STAFF)


def test_an_open_tab_cannot_be_reopened(open_tab, niamh):
    with pytest.raises(IllegalMove):
        reopen(open_tab, niamh)


def test_voiding_a_closed_tab_books_back_and_cancels(closed_tab, niamh):
    tab = void(closed_tab, niamh)

    assert tab.is_void
    assert receivable() == Money(0, "EUR")
    assert closed_tab.payment_requests.get().state == "cancelled"


def test_staff_void_an_empty_tab_only(larkspur, ada, open_tab):
    from_mistake = open_tab

    with pytest.raises(NotAllowed):
        void(from_mistake, ada, Role.STAFF)


def test_a_paid_tab_is_not_voided(closed_tab, niamh, open_page, book):
    open_page()
    book.pay("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)

    with pytest.raises(IllegalMove):
        void(closed_tab, niamh)


def test_reversing_twice_is_impossible(closed_tab, niamh):
    reopen(closed_tab, niamh)

    with pytest.raises(IllegalMove):
        reopen(closed_tab, niamh)

    assert balances.get_standing(closed_tab).paid == Money(0, "EUR")
    assert LedgerEntry.objects.filter(occurred_at=EVENING).count() * 2 == (
        LedgerEntry.objects.count()
    )
