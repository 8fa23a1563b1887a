"""Taking a card on file back, and cards that go by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orders.rules.roles import Role
from orders.services import tabs
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import CardSnapshot
from payments.models import CardConsent, GatewayOperation
from payments.rules.consent_scope import ConsentScope
from payments.rules.consent_states import ConsentState
from payments.rules.operation_states import OperationState
from payments.services import (
    card_pages,
    card_sweeps,
    closing,
    inbox,
    letting_go,
    reconciliation,
    reopening,
)
from payments.services.marks import NotOurs
from payments.services.pages import GatewayAway
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import DAY, MINUTE

pytestmark = pytest.mark.django_db


def test_withdrawing_lets_the_card_go(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)

    letting_go.withdraw(consent_id=consent.id, now=EVENING + MINUTE)

    consent.refresh_from_db()
    assert consent.state == ConsentState.REVOKED
    assert (consent.ended_at, consent.detached_at) == (EVENING + MINUTE, EVENING + MINUTE)
    assert book.cards[consent.card_ref].customer_ref == ""


def test_withdrawing_twice_is_no_error(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)
    letting_go.withdraw(consent_id=consent.id, now=EVENING)

    letting_go.withdraw(consent_id=consent.id, now=EVENING + DAY)

    consent.refresh_from_db()
    assert consent.ended_at == EVENING
    assert book.calls.count("detach_card") == 1


def test_a_card_whose_letting_go_got_no_answer_is_let_go_by_the_sweep(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)
    book.fail_before.append(OutcomeUnknown("the network"))
    letting_go.withdraw(consent_id=consent.id, now=EVENING)
    assert book.cards[consent.card_ref].customer_ref != ""

    reconciliation.resolve_operations(now=EVENING + 2 * MINUTE)

    consent.refresh_from_db()
    assert consent.detached_at == EVENING + 2 * MINUTE
    assert book.cards[consent.card_ref].customer_ref == ""


def test_a_page_taken_back_before_the_card_was_given_keeps_none(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    letting_go.withdraw(consent_id=consent.id, now=EVENING)
    card_ref = book.give_card(consent.session_id)

    cards.say(book.pages[consent.session_id], now=EVENING + MINUTE)

    consent.refresh_from_db()
    assert consent.state == ConsentState.REVOKED
    assert book.cards[card_ref].customer_ref == ""


def test_a_page_that_ran_out_keeps_no_card(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    book.run_out(consent.session_id)

    card_sweeps.sweep(now=EVENING + 40 * MINUTE)

    consent.refresh_from_db()
    assert consent.state == ConsentState.FAILED


def test_a_card_whose_news_got_lost_is_found_by_the_sweep(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    book.give_card(consent.session_id)

    card_sweeps.sweep(now=EVENING + 40 * MINUTE)

    consent.refresh_from_db()
    assert consent.state == ConsentState.ACTIVE


def test_an_agreement_without_a_page_does_not_stay_for_ever(owing_tab, book):
    book.fail_before.append(OutcomeUnknown("the network"))
    with pytest.raises(GatewayAway):
        cards.press_agree(owing_tab.id, now=EVENING)

    card_sweeps.sweep(now=EVENING + 40 * MINUTE)

    assert CardConsent.objects.get().state == ConsentState.FAILED


def test_a_page_whose_opening_got_no_answer_is_looked_up(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    GatewayOperation.objects.filter(kind="setup").update(state=OperationState.UNKNOWN)

    reconciliation.resolve_operations(now=EVENING + 2 * MINUTE)

    assert GatewayOperation.objects.get(kind="setup").state == OperationState.DONE
    assert len(book.pages) == 1
    consent.refresh_from_db()
    assert consent.state == ConsentState.PAGE_OPEN


def test_a_card_taken_away_ends_the_agreement(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)
    gone = replace(book.cards[consent.card_ref], customer_ref="")

    card_pages.take_over_card(gone, now=EVENING + DAY)

    consent.refresh_from_db()
    assert consent.state == ConsentState.UNUSABLE


def test_a_card_of_another_brand_asks_for_another_agreement(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)
    changed = replace(book.cards[consent.card_ref], brand="mastercard")

    card_pages.take_over_card(changed, now=EVENING + DAY)
    reconciliation.resolve_operations(now=EVENING + DAY + 2 * MINUTE)

    consent.refresh_from_db()
    assert consent.state == ConsentState.UNUSABLE
    assert book.cards[consent.card_ref].customer_ref == ""


def test_the_same_card_with_a_new_number_stays(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)
    renewed = replace(book.cards[consent.card_ref], last4="9999")

    card_pages.take_over_card(renewed, now=EVENING + DAY)

    consent.refresh_from_db()
    assert (consent.state, consent.card_last4) == (ConsentState.ACTIVE, "9999")


def test_a_card_nobody_agreed_about_is_nobodys_business(db):
    unknown = CardSnapshot(card_ref="pm_else", customer_ref="", brand="visa", last4="0000")

    card_pages.take_over_card(unknown, now=EVENING)

    assert not CardConsent.objects.exists()


def test_an_agreement_ends_when_its_time_is_up(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)

    card_sweeps.sweep(now=consent.until)

    consent.refresh_from_db()
    assert consent.state == ConsentState.ENDED
    assert book.cards[consent.card_ref].customer_ref == ""


@pytest.mark.parametrize(
    ("scope", "state"),
    [(ConsentScope.THIS_TAB, "ended"), (ConsentScope.EVERY_TAB, "active")],
    ids=["this tab", "every tab"],
)
def test_an_agreement_about_one_tab_ends_with_it(later_tab, ada, scope, state):
    consent = cards.keep_card(later_tab.id, scope, now=EVENING)
    reopening.void_tab(tab_id=later_tab.id, by=ada, role=Role.MANAGER, reason="Left", now=EVENING)

    card_sweeps.sweep(now=EVENING + MINUTE)

    consent.refresh_from_db()
    assert consent.state == state


def test_two_cards_given_for_one_guest_keep_one(later_tab, larkspur, ada, book):
    other = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="donal@example.org")
    first = cards.press_agree(later_tab.id, now=EVENING)
    book.give_card(first.session_id)
    CardConsent.objects.filter(id=first.id).update(customer=_somebody_else(larkspur))
    second = cards.keep_card(other.id, now=EVENING)
    CardConsent.objects.filter(id=first.id).update(customer=second.customer)

    cards.say(book.pages[first.session_id], now=EVENING)

    first.refresh_from_db()
    assert (first.state, second.state) == (ConsentState.FAILED, ConsentState.ACTIVE)
    assert book.cards[first.card_ref].customer_ref == ""


def _somebody_else(venue):
    return venue.customers.create(email="other@example.org", created_at=EVENING)


def test_another_installations_card_is_left_alone(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    page = book.pages[consent.session_id]
    foreign = replace(page, metadata={**page.metadata, "env": "elsewhere"})

    with pytest.raises(NotOurs):
        card_pages.take_over(foreign, now=EVENING)


@pytest.mark.parametrize("what", ["checkout.session.completed", "payment_method.detached"])
def test_events_about_cards_are_taken_over(owing_tab, book, what):
    consent = cards.press_agree(owing_tab.id, now=EVENING)
    card_ref = book.give_card(consent.session_id)
    if what == "payment_method.detached":
        cards.say(book.pages[consent.session_id], now=EVENING)
        book.cards[card_ref] = replace(book.cards[card_ref], customer_ref="")
    about = consent.session_id if what.startswith("checkout") else card_ref
    book.undeliver("evt_1", what, about, at=EVENING)

    reconciliation.fetch_undelivered(now=EVENING + MINUTE)
    inbox.handle_waiting(now=EVENING + MINUTE)

    consent.refresh_from_db()
    expected = ConsentState.ACTIVE if what.startswith("checkout") else ConsentState.UNUSABLE
    assert consent.state == expected


def test_an_open_tab_can_be_agreed_about_and_is_planned_when_it_closes(later_tab, ada):
    cards.keep_card(later_tab.id, now=EVENING)
    assert not later_tab.auto_settlements.exists()

    closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING + timedelta(hours=1))

    assert later_tab.auto_settlements.count() == 1
