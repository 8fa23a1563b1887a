"""Agreeing to a card on file, in recorded words."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from orders.services import tabs
from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.models import CardConsent
from payments.rules.consent_scope import ConsentScope
from payments.rules.consent_states import ConsentState
from payments.services import (
    consents,
)
from payments.services.consents import CardKeptAlready, NotOffered, WordsChanged
from payments.services.pages import CardPaymentsOff, GatewayAway
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import MINUTE

pytestmark = pytest.mark.django_db


def test_an_agreement_is_recorded_word_for_word(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)

    assert consent.state == ConsentState.PAGE_OPEN
    assert consent.url == book.pages[consent.session_id].url
    assert consent.text_digest == hashlib.sha256(consent.text.encode()).hexdigest()
    assert (consent.address, consent.user_agent, consent.browser_digest) == (
        "192.0.2.7", "A phone", "first",
    )  # fmt: skip
    assert (consent.agreed_at, consent.locale) == (EVENING, "en")
    assert (consent.venue, consent.customer, consent.tab) == (
        owing_tab.venue, owing_tab.customer, owing_tab,
    )  # fmt: skip
    assert consent.cap == Money(2180, "EUR")


def test_the_words_say_who_when_how_often_how_much_and_until(owing_tab):
    text = cards.press_agree(owing_tab.id, now=EVENING).text

    for said in (
        "Larkspur Coffee", "€21.80", "never a tip", "on the day you have to pay by, once",
        "At least 24 hours before", "not this time", "until Tuesday 5 May 2026",
    ):  # fmt: skip
        assert said in text


def test_nothing_is_charged_and_nothing_may_be_before_a_card_is_kept(owing_tab, book):
    consent = cards.press_agree(owing_tab.id, now=EVENING)

    assert not consent.is_active
    assert book.taken == []
    assert not owing_tab.auto_settlements.exists()


def test_a_given_card_makes_the_agreement_active(owing_tab):
    consent = cards.keep_card(owing_tab.id, now=EVENING)

    assert consent.state == ConsentState.ACTIVE
    assert (consent.card_brand, consent.card_last4) == ("visa", "4242")
    assert consent.activated_at == EVENING
    kinds = TabEvent.objects.filter(tab=owing_tab).values_list("kind", flat=True)
    assert {"card_agreed", "card_kept"} <= set(kinds)


def test_the_guest_is_mailed_what_they_agreed_to(owing_tab):
    consent = cards.keep_card(owing_tab.id, now=EVENING)

    mail = Message.objects.get(source_key=f"consent:{consent.id}")
    assert mail.to == "donal@example.org"
    assert "[link]card/" in mail.text
    written = " ".join(mail.text.split())
    assert all(" ".join(each.split()) in written for each in consent.text.splitlines())


def test_news_twice_changes_nothing(owing_tab, book):
    consent = cards.keep_card(owing_tab.id, now=EVENING)

    cards.say(book.pages[consent.session_id], now=EVENING + MINUTE)

    consent.refresh_from_db()
    assert (consent.state, consent.activated_at) == (ConsentState.ACTIVE, EVENING)
    assert Message.objects.filter(kind="card_kept").count() == 1


def test_pressing_twice_gives_the_same_page(owing_tab, book):
    first = cards.press_agree(owing_tab.id, now=EVENING)
    again = cards.press_agree(owing_tab.id, now=EVENING + MINUTE)

    assert again == first
    assert len(book.pages) == 1


def test_another_browser_gets_a_page_of_its_own(owing_tab, book):
    first = cards.press_agree(owing_tab.id, now=EVENING)
    other = cards.press_agree(owing_tab.id, now=EVENING, browser_digest="second")

    first.refresh_from_db()
    assert (first.state, other.state) == (ConsentState.FAILED, ConsentState.PAGE_OPEN)


def test_a_card_given_on_an_old_page_is_let_go(owing_tab, book):
    first = cards.press_agree(owing_tab.id, now=EVENING)
    cards.press_agree(owing_tab.id, now=EVENING, browser_digest="second")
    card_ref = book.give_card(first.session_id)

    cards.say(book.pages[first.session_id], now=EVENING)

    assert book.cards[card_ref].customer_ref == ""
    assert not CardConsent.objects.active().exists()


def test_the_venue_has_to_turn_it_on(closed_tab):
    assert cards.offer_of(closed_tab.id, now=EVENING) is None


def test_a_tab_whose_venue_does_not_offer_it_is_refused(closed_tab, larkspur, ada):
    cards.let_cards_settle(larkspur, now=EVENING)
    new = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="donal@example.org")
    signed = cards.signature(cards.offer_of(new.id, now=EVENING))

    with pytest.raises(NotOffered):
        consents.agree(
            tab_id=closed_tab.id, scope=ConsentScope.THIS_TAB, signed=signed, now=EVENING
        )


def test_the_words_of_another_tab_are_not_this_ones(owing_tab, larkspur, ada):
    other = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, email="donal@example.org")
    signed = cards.signature(cards.offer_of(other.id, now=EVENING))

    with pytest.raises(WordsChanged):
        consents.agree(tab_id=owing_tab.id, scope=ConsentScope.THIS_TAB, signed=signed, now=EVENING)


def test_without_an_address_there_is_no_offer(larkspur, ada, shakshuka):
    cards.let_cards_settle(larkspur, now=EVENING)
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING)

    assert cards.offer_of(tab.id, now=EVENING) is None


def test_a_second_card_needs_the_first_to_be_taken_back(owing_tab):
    offer = cards.offer_of(owing_tab.id, now=EVENING)
    cards.keep_card(owing_tab.id, now=EVENING)

    with pytest.raises(CardKeptAlready):
        consents.agree(
            tab_id=owing_tab.id,
            scope=ConsentScope.THIS_TAB,
            signed=cards.signature(offer),
            now=EVENING,
        )


def test_other_words_than_were_shown_are_not_agreed_to(owing_tab):
    offer = cards.offer_of(owing_tab.id, now=EVENING)
    shown = replace(offer, sentences=(*offer.sentences[:-1], "And a tip."))

    with pytest.raises(WordsChanged):
        consents.agree(
            tab_id=owing_tab.id,
            scope=ConsentScope.THIS_TAB,
            signed=cards.signature(shown),
            now=EVENING,
        )
    assert not CardConsent.objects.exists()


@pytest.mark.parametrize("lost", ["fail_before", "fail_after"])
def test_no_answer_keeps_nothing_and_can_be_pressed_again(owing_tab, book, lost):
    getattr(book, lost).append(OutcomeUnknown("the network"))
    with pytest.raises(GatewayAway):
        cards.press_agree(owing_tab.id, now=EVENING)

    again = cards.press_agree(owing_tab.id, now=EVENING + MINUTE)

    assert again.state == ConsentState.PAGE_OPEN
    assert CardConsent.objects.count() == 1


def test_a_refusal_of_stripe_ends_the_agreement(owing_tab, book):
    book.fail_before.append(CredentialsInvalid("no such key"))

    with pytest.raises(CardPaymentsOff):
        cards.press_agree(owing_tab.id, now=EVENING)

    assert CardConsent.objects.get().state == ConsentState.FAILED
