"""The whole way of a card on file, with the real adapter on the sandbox and time moved on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.kernel.money import Money
from orders.models import Message
from payments.gateway.snapshots import IntentStatus
from payments.models import CardConsent, Payment
from payments.rules.auto_settlement import AutoState, Why
from payments.services import accounts, closing, consents, letting_go, saved_charges
from tests.contract.gateway_world import OnSandbox
from tests.factories import make_item, make_tab
from tests.integration.payments import cards
from tests.integration.payments.cards import MINUTE, settlement_of

pytestmark = pytest.mark.django_db
GOOD, ALWAYS_ASKS, DECLINES = "4242424242424242", "4000002760003184", "4000000000000341"


@pytest.fixture
def owing(larkspur, ada, sandbox, settings):
    # Stripe's pages end by its own clock, so this begins now.
    now = datetime.now(tz=UTC)
    settings.PAYMENT_GATEWAY = "payments.gateway.stripe_gateway.StripeGateway"
    settings.STRIPE_API_BASE = sandbox.url
    settings.STRIPE_SECRET_KEY = "sk_test_contract"
    cards.let_cards_settle(larkspur, now=now)
    tab = make_tab(larkspur, ada, make_item(larkspur, "Supper", 2180), email="donal@example.org")
    return closing.close_and_request(tab_id=tab.id, by=ada, now=now).tab


def keep(tab, sandbox, card):
    """Agreed in words, given on Stripe's page, and told."""
    consent = cards.press_agree(tab.id, now=tab.closed_at)
    shop = OnSandbox(sandbox.url)
    shop.give_card(shop.gateway.get_checkout(consent.session_id), card)
    consents.refresh(consent_id=consent.id, now=tab.closed_at)
    cards.tell(tab.id, now=settlement_of(tab.id).next_at)


def test_a_card_is_charged_when_it_is_due(owing, sandbox):
    keep(owing, sandbox, GOOD)

    settlement = cards.come_due(owing.id)

    owing.refresh_from_db()
    assert settlement.state == AutoState.SETTLED
    assert owing.is_settled
    payment = Payment.objects.get()
    assert (payment.amount, payment.card_last4) == (Money(2180, "EUR"), "4242")
    assert Message.objects.filter(kind="receipt", to="donal@example.org").count() == 1


@pytest.mark.parametrize(
    ("card", "why"), [(ALWAYS_ASKS, Why.BANK_ASKS), (DECLINES, Why.DECLINED)], ids=["asks", "no"]
)
def test_a_card_that_gives_nothing_falls_back_to_the_link(owing, sandbox, card, why):
    keep(owing, sandbox, card)

    settlement = cards.come_due(owing.id)

    gateway = accounts.gateway_of(accounts.house_account())
    assert (settlement.state, settlement.why) == (AutoState.NEEDS_CUSTOMER, why)
    assert gateway.get_payment(settlement.charge_ref).status == IntentStatus.CANCELED
    assert Message.objects.filter(kind="auto_failed").count() == 1


def test_a_card_taken_back_is_gone_at_stripe(owing, sandbox):
    keep(owing, sandbox, GOOD)
    consent = CardConsent.objects.get()

    letting_go.withdraw(consent_id=consent.id, now=owing.closed_at + MINUTE)
    saved_charges.sweep(now=owing.due_at)

    gateway = accounts.gateway_of(accounts.house_account())
    assert gateway.get_card(consent.card_ref).customer_ref == ""
    assert not Payment.objects.exists()
