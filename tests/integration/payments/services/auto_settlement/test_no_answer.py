"""Charges whose answers get lost are asked about and never repeated."""

from __future__ import annotations

import pytest

from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import IntentStatus
from payments.models import GatewayOperation, Payment
from payments.rules.auto_settlement import AutoState, Why
from payments.selectors import balances
from payments.services import (
    letting_go,
    reconciliation,
    saved_charges,
    snapshots,
)
from tests import fakes
from tests.integration.payments.cards import (
    DAY,
    EUR_2180,
    MINUTE,
    come_due,
    settlement_of,
    told,
)

pytestmark = pytest.mark.django_db


# --- No answer -----------------------------------------------------------------------------------
@pytest.mark.parametrize("lost", ["fail_before", "fail_after"])
def test_a_charge_without_an_answer_is_asked_about_and_happens_once(told_tab, book, lost):
    getattr(book, lost).append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    assert settlement.state == AutoState.CHARGING

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert book.taken == [EUR_2180]
    assert GatewayOperation.objects.filter(kind="settle").count() == 1


def test_a_charge_whose_news_comes_by_event_first_is_settled(told_tab, book):
    book.fail_after.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    snapshots.apply_payment(next(iter(book.intents.values())), now=settlement.charge_at)

    come_due(told_tab.id)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert Payment.objects.count() == 1


def test_after_a_withdrawal_an_unanswered_charge_is_only_looked_up(told_tab, book):
    book.fail_before.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    letting_go.withdraw(consent_id=settlement.consent_id, now=settlement.charge_at + MINUTE)

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    settlement = settlement_of(told_tab.id)
    assert (settlement.state, settlement.why) == (AutoState.CANCELLED, Why.WITHDRAWN)
    assert book.calls.count("charge_saved") == 1
    assert book.taken == []
    assert balances.get_standing(told_tab).open_amount == EUR_2180


def test_an_unanswered_charge_that_happened_counts_after_a_withdrawal_too(told_tab, book):
    book.fail_after.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)
    letting_go.withdraw(consent_id=settlement.consent_id, now=settlement.charge_at + MINUTE)

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(told_tab.id).state == AutoState.SETTLED
    assert book.taken == [EUR_2180]


@pytest.mark.parametrize(("happened", "taken"), [(True, [EUR_2180]), (False, [])])
def test_a_day_later_a_charge_is_looked_up_and_never_repeated(told_tab, book, happened, taken):
    lost = book.fail_after if happened else book.fail_before
    lost.append(OutcomeUnknown("the network"))
    settlement = come_due(told_tab.id)

    reconciliation.resolve_operations(now=settlement.charge_at + DAY)
    saved_charges.sweep(now=settlement.charge_at + 9 * DAY)

    assert book.calls.count("charge_saved") == 1
    assert book.taken == taken
    settlement = settlement_of(told_tab.id)
    expected = (AutoState.SETTLED, "") if happened else (AutoState.NEEDS_CUSTOMER, "nobody_knows")
    assert (settlement.state, settlement.why) == expected


def test_a_decline_whose_giving_up_got_no_answer_is_given_up_later(
    later_tab, ada, book, monkeypatch
):
    tab = told(later_tab, ada, refusals=["generic_decline"])
    with monkeypatch.context() as patch:
        patch.setattr(fakes.FakeGateway, "release_payment", _no_answer)
        settlement = come_due(tab.id)
    assert settlement.state == AutoState.CHARGING
    assert balances.get_standing(tab).open_amount.is_zero

    reconciliation.resolve_operations(now=settlement.charge_at + 2 * MINUTE)

    assert settlement_of(tab.id).state == AutoState.NEEDS_CUSTOMER
    assert balances.get_standing(tab).open_amount == EUR_2180
    assert [intent.status for intent in book.intents.values()] == [IntentStatus.CANCELED]


def _no_answer(*_words, **_key):
    raise OutcomeUnknown("the network")


def test_a_charge_on_its_way_is_asked_about_until_it_is_there(later_tab, ada, book):
    tab = told(later_tab, ada, refusals=["processing"])
    settlement = come_due(tab.id)
    assert (settlement.state, settlement.charge_ref) == (AutoState.CHARGING, "pi_1")
    assert come_due(tab.id).state == AutoState.CHARGING
    book.arrive("pi_1")

    settlement = come_due(tab.id)

    assert settlement.state == AutoState.SETTLED
    assert Payment.objects.get().amount == EUR_2180
