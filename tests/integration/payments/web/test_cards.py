"""The page about the card on file: reading changes nothing, and each press does one thing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from config.kernel.tokens import digest
from orders.services import links, tabs
from payments.gateway.errors import OutcomeUnknown
from payments.models import AutoSettlement, CardConsent
from payments.rules.auto_settlement import AutoState
from payments.rules.consent_states import ConsentState
from payments.services import saved_charges
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(owing_tab):
    return f"/p/{links.mint(tab_id=owing_tab.id, now=EVENING)}/card/"


def offered(client, page, scope="this_tab"):
    """What a browser would send with the form of this scope."""
    text = client.get(page).content.decode()
    fields = re.search(
        rf'name="scope" value="{scope}"><input[^>]*name="digest" value="(\w+)"', text
    )
    return {"scope": scope, "digest": fields[1]}


def agree(client, page, **fields):
    return client.post(f"{page}agreement/", offered(client, page) | {"agree": "on"} | fields)


def keep(client, page, book):
    """Agreed, given, and back on our page."""
    agree(client, page)
    consent = CardConsent.objects.latest("agreed_at")
    book.give_card(consent.session_id)
    return client.get(f"{page}return/{consent.id}/")


def test_the_pay_page_leads_here(client, page):
    text = client.get(page.removesuffix("card/")).content.decode()

    assert f'href="{page}"' in text


def test_the_words_are_there_to_read_before_anything_is_agreed(client, page):
    text = client.get(page).content.decode()

    assert "I allow Larkspur Coffee to charge my card for this tab" in text
    assert "At most €21.80 is charged" in text
    assert text.count('type="checkbox"') == 2
    assert "checked" not in text
    assert not CardConsent.objects.exists()


def test_agreeing_leads_to_the_page_for_the_card(client, page, book):
    answer = agree(client, page)

    consent = CardConsent.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, consent.url)
    assert consent.browser_digest == digest(client.cookies["guest"].value)
    assert consent.address == "127.0.0.1"


def test_without_the_tick_nothing_is_agreed(client, page):
    answer = client.post(f"{page}agreement/", offered(client, page))

    assert answer.status_code == 422
    assert "Tick this first" in answer.content.decode()
    assert not CardConsent.objects.exists()


def test_words_that_changed_are_shown_again(client, page):
    answer = agree(client, page, digest="0" * 64)

    assert answer.status_code == 409
    assert "Please read it once more" in answer.content.decode()
    assert not CardConsent.objects.exists()


def test_a_scope_that_is_none_is_refused(client, page):
    assert agree(client, page, scope="everything").status_code == 422


def test_pressing_twice_makes_one_agreement(client, page, book):
    fields = offered(client, page) | {"agree": "on"}
    first = client.post(f"{page}agreement/", fields)

    again = client.post(f"{page}agreement/", fields)

    assert again["Location"] == first["Location"]
    assert CardConsent.objects.count() == 1


def test_stripe_away_says_so_and_keeps_the_page(client, page, book):
    fields = offered(client, page) | {"agree": "on"}
    book.fail_before.append(OutcomeUnknown("the network"))

    answer = client.post(f"{page}agreement/", fields)

    assert answer.status_code == 422
    assert "Nothing was kept" in answer.content.decode()


def test_coming_back_with_a_card_says_that_it_is_on_file(client, page, book):
    text = keep(client, page, book).content.decode()

    assert "Your card is on file" in text
    assert "Visa ending 4242" in text
    assert "I allow Larkspur Coffee" in text
    assert CardConsent.objects.get().is_active


def test_coming_back_without_a_card_says_that_none_was_kept(client, page, book):
    agree(client, page)
    consent = CardConsent.objects.get()

    text = client.get(f"{page}return/{consent.id}/").content.decode()

    assert "No card was kept yet" in text


def test_coming_back_while_nobody_can_say_claims_nothing(client, page, book):
    agree(client, page)
    book.fail_before.append(OutcomeUnknown("the network"))

    text = client.get(f"{page}return/{CardConsent.objects.get().id}/").content.decode()

    assert "We’re checking with your bank" in text


def test_an_agreement_of_another_tab_is_not_found(client, page, book, larkspur, ada):
    agree(client, page)
    consent = CardConsent.objects.get()
    other = tabs.open_tab(venue=larkspur, by=ada, now=EVENING)
    token = links.mint(tab_id=other.id, now=EVENING)

    assert client.get(f"/p/{token}/card/return/{consent.id}/").status_code == 404


def test_one_press_takes_it_back(client, page, book):
    keep(client, page, book)

    answer = client.post(f"{page}withdrawal/", follow=True)

    consent = CardConsent.objects.get()
    assert "no longer on file" in answer.content.decode()
    assert consent.state == ConsentState.REVOKED
    assert book.cards[consent.card_ref].customer_ref == ""
    assert client.post(f"{page}withdrawal/", follow=True).status_code == 200


@pytest.mark.parametrize("action", ["agreement/", "withdrawal/", "not-this-time/"])
def test_following_a_link_does_nothing(client, page, book, action, owing_tab):
    keep(client, page, book)

    assert client.get(page + action).status_code == 405
    assert client.get(page).status_code == 200
    assert client.head(page).status_code == 200
    assert CardConsent.objects.get().is_active
    assert AutoSettlement.objects.get().is_waiting


def test_the_page_says_what_will_be_charged_and_when(client, page, book, owing_tab):
    keep(client, page, book)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)

    text = client.get(page).content.decode()

    assert "€21.80 on Saturday 7 March" in text
    assert "Not this time" in text


def test_not_this_time_is_one_press(client, page, book, owing_tab):
    keep(client, page, book)

    answer = client.post(f"{page}not-this-time/", follow=True)

    assert "Not this time, then" in answer.content.decode()
    assert AutoSettlement.objects.get().state == AutoState.CANCELLED
    assert CardConsent.objects.get().is_active
    assert client.post(f"{page}not-this-time/", follow=True).status_code == 200


def test_too_late_to_say_no_is_said(client, page, book, owing_tab):
    keep(client, page, book)
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)
    book.fail_after.append(OutcomeUnknown("the network"))
    saved_charges.sweep(now=cards.settlement_of(owing_tab.id).next_at)

    answer = client.post(f"{page}not-this-time/")

    assert answer.status_code == 409
    assert "being charged right now" in answer.content.decode()


def test_a_declined_card_is_told_on_the_page(client, page, book, owing_tab):
    keep(client, page, book)
    book.refusals[CardConsent.objects.get().card_ref].append("generic_decline")
    cards.tell(owing_tab.id, now=cards.settlement_of(owing_tab.id).next_at)
    cards.come_due(owing_tab.id)

    assert "could not be charged" in client.get(page).content.decode()


def test_a_friend_at_the_table_is_offered_nothing(client, page, book, owing_tab, friend):
    _somebody_paid_before(owing_tab, payer=digest(_browser(client, page)))

    text = friend.get(page).content.decode()

    assert 'name="scope"' not in text
    answer = friend.post(f"{page}agreement/", offered(client, page) | {"agree": "on"})
    assert answer.status_code == 404


def _browser(client, page):
    client.get(page)
    return client.cookies["guest"].value


def _somebody_paid_before(tab, *, payer):
    from_before = cards.paid_part(tab, payer=payer, now=EVENING)
    assert from_before.is_paid


def test_where_the_venue_does_not_offer_it_there_is_nothing(client, closed_tab):
    token = links.mint(tab_id=closed_tab.id, now=SOON)

    text = client.get(f"/p/{token}/card/").content.decode()

    assert "No card is to pay this tab" in text
    assert "card/" not in client.get(f"/p/{token}/").content.decode()


def test_a_link_that_is_none_opens_nothing(db):
    assert Client().get("/p/nothing-of-the-kind/card/").status_code == 404
