"""A page being paid and a card on file being charged, at the same moment: never both."""

from __future__ import annotations

import pytest

from config.kernel.money import Money, total
from payments.gateway.errors import GatewayError
from payments.gateway.snapshots import PageStatus
from payments.models import CheckoutAttempt, GatewayOperation, Payment
from payments.rules.auto_settlement import AutoState
from payments.selectors import balances
from payments.services import checkout, letting_go, reconciliation, saved_charges
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import MINUTE, settlement_of
from tests.integration.payments.test_races import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def due(owing_tab):
    """Donal was told, and his card is due now."""
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=settlement_of(owing_tab.id).next_at)
    return settlement_of(owing_tab.id)


def take(call):
    """What a guest or a worker does; that the network may have failed it is no failure here."""

    def taken():
        try:
            return call()
        except GatewayError as error:
            return error

    return taken


def settle_down(now):
    """Every call that was left open is answered, and every page's news heard."""
    reconciliation.resolve_operations(now=now + 2 * MINUTE)
    for attempt in CheckoutAttempt.objects.exclude(session_id=None):
        checkout.refresh(attempt_id=attempt.id, now=now + 3 * MINUTE)
    saved_charges.sweep(now=now + 10 * MINUTE)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_many_workers_charge_once(due, book, _round):
    now = due.charge_at

    all_at_once(*[take(lambda: saved_charges.sweep(now=now))] * 5)
    settle_down(now)

    assert book.taken == [Money(2180, "EUR")]
    assert Payment.objects.count() == 1
    assert GatewayOperation.objects.filter(kind="settle").count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_guest_opening_a_page_and_a_card_falling_due(due, wish, book, _round):
    now = due.charge_at

    def open_and_pay():
        page = checkout.open_page(tab_id=due.tab_id, wish=wish(2180), now=now)
        if book.pages[page.session_id].status == PageStatus.OPEN:
            book.pay(page.session_id, at=now)
        return page

    all_at_once(take(open_and_pay), take(lambda: saved_charges.sweep(now=now)))
    settle_down(now)

    assert total(book.taken, "EUR") == Money(2180, "EUR")
    assert not balances.get_standing(due.tab).is_overpaid


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_taking_the_card_back_while_it_falls_due(due, book, _round):
    now = due.charge_at

    all_at_once(
        take(lambda: letting_go.withdraw(consent_id=due.consent_id, now=now)),
        take(lambda: saved_charges.sweep(now=now)),
    )
    settle_down(now)

    due.refresh_from_db()
    charged = bool(book.taken)
    assert due.state in ({AutoState.SETTLED} if charged else {AutoState.CANCELLED})
    assert book.cards[due.consent.card_ref].customer_ref == ""


def test_without_closing_pages_first_both_would_succeed(due, wish, book, monkeypatch):
    """The control: with the first guard off, the same moment takes the money twice."""
    page = checkout.open_page(tab_id=due.tab_id, wish=wish(2180), now=due.charge_at)
    monkeypatch.setattr(checkout, "withdraw_all", lambda **_facts: None)
    monkeypatch.setattr(
        "payments.services.saved_charges.balances.get_standing", _as_if_nothing_were_reserved
    )

    saved_charges.sweep(now=due.charge_at)
    book.pay(page.session_id, at=due.charge_at)

    assert total(book.taken, "EUR") == Money(4360, "EUR")


def _as_if_nothing_were_reserved(tab):
    standing = balances.get_standings([tab])[tab.id]
    return type(standing)(
        total=standing.total,
        paid=standing.paid,
        tips=standing.tips,
        reserved=Money(0, tab.currency),
        balance=standing.balance,
    )
