"""Scanning a card: who is let in, who is asked, and what a card tells strangers."""

from __future__ import annotations

import pytest
from django.test import Client

from config.kernel.tokens import digest
from orders.models import TabClaim, TabEvent
from orders.rules.claims import ClaimState
from orders.services import claims, tabs, tokens
from payments.services import closing
from tests import factories
from tests.integration.front.web.token.conftest import SOON, way_to

pytestmark = pytest.mark.django_db


def browser_of(phone):
    return digest(phone.cookies["guest"].value)


def test_the_first_phone_that_scans_sees_the_bill(client, carded, mint):
    page = client.get(f"/t/{mint.key}/", follow=True)

    assert page.redirect_chain == [(f"/t/{mint.key}/?hello=1", 303), (way_to(carded), 303)]
    assert page.templates[0].name == "front/live_bill.html"
    claim = TabClaim.objects.get()
    assert (claim.state, claim.way) == ("granted", "first_scan")
    assert claim.browser_digest == browser_of(client)


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client, carded, mint):
    client.get(f"/t/{mint.key}/")

    cookie = client.cookies["guest"]
    assert len(cookie.value) == 43
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 31536000


def test_a_program_that_keeps_no_cookie_claims_nothing(carded, mint):
    for address in (f"/t/{mint.key}/", f"/t/{mint.key}/?hello=1"):
        Client().get(address)

    assert TabClaim.objects.count() == 0


def test_a_browser_without_cookies_is_told_so(carded, mint):
    page = Client().get(f"/t/{mint.key}/?hello=1")

    assert "Your browser keeps no cookies" in page.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"}],
)
def test_fetching_ahead_claims_nothing(client, carded, mint, headers):
    client.get("/t/")
    client.get(f"/t/{mint.key}/", headers=headers)

    assert TabClaim.objects.count() == 0


def test_a_head_request_claims_nothing(client, carded, mint):
    client.get("/t/")

    assert client.head(f"/t/{mint.key}/").status_code == 200
    assert TabClaim.objects.count() == 0


def test_a_cookie_somebody_made_up_is_replaced(client, carded, mint):
    client.cookies["guest"] = "short"

    client.get(f"/t/{mint.key}/")

    assert len(client.cookies["guest"].value) == 43


def test_a_second_phone_is_asked_and_told_nothing(first_phone, second_phone, carded, mint):
    page = second_phone.get(f"/t/{mint.key}/", follow=True)

    text = page.content.decode()
    assert page.templates[0].name == "front/claim.html"
    assert "Another phone has this tab" in text
    for secret in (
        "Scone",
        "3.20",
        "Table 4",
        "Dónal",
        "Keane",
        "keane.example",
        carded.share_code,
    ):
        assert secret not in text
    assert TabClaim.objects.count() == 1


def test_the_share_code_lets_a_friend_in(first_phone, second_phone, carded):
    answer = second_phone.post(f"{way_to(carded)}code/", {"code": carded.share_code}, follow=True)

    assert answer.templates[0].name == "front/live_bill.html"
    assert TabClaim.objects.get(browser_digest=browser_of(second_phone)).way == "share_code"


@pytest.mark.parametrize("typed", ["", "12", "abcd", "99999999999999999", "<script>", "۱۲۳۴"])
def test_a_wrong_code_is_refused(first_phone, second_phone, carded, typed):
    answer = second_phone.post(f"{way_to(carded)}code/", {"code": typed})

    assert answer.status_code == 422
    assert "That is not the code" in answer.content.decode()
    assert TabClaim.objects.count() == 1


def test_guessing_the_code_ends_soon(first_phone, second_phone, carded):
    wrong = "0000" if carded.share_code != "0000" else "1111"
    answers = [
        second_phone.post(f"{way_to(carded)}code/", {"code": wrong}).status_code
        for _try in range(7)
    ]
    then_right = second_phone.post(f"{way_to(carded)}code/", {"code": carded.share_code})

    assert answers[0] == 422
    assert answers[-1] == 429
    assert then_right.status_code == 429
    assert TabClaim.objects.count() == 1


def test_the_staff_let_a_phone_in_that_asks(first_phone, second_phone, carded, ada):
    asked = second_phone.post(f"{way_to(carded)}knock/", follow=True)
    waiting = second_phone.get(f"{way_to(carded)}?v=requested", headers={"HX-Request": "true"})
    claim = TabClaim.objects.get(state=ClaimState.REQUESTED)
    claims.decide(claim_id=claim.id, tab_id=carded.id, by=ada, grant=True, now=SOON)
    news = second_phone.get(f"{way_to(carded)}?v=requested", headers={"HX-Request": "true"})

    assert "The staff have been asked" in asked.content.decode()
    assert waiting.status_code == 204
    assert news["HX-Refresh"] == "true"
    page = second_phone.get(way_to(carded))
    assert page.templates[0].name == "front/live_bill.html"


def test_a_phone_the_staff_refused_is_told_so(first_phone, second_phone, carded, ada):
    second_phone.post(f"{way_to(carded)}knock/")
    claim = TabClaim.objects.get(state=ClaimState.REQUESTED)
    claims.decide(claim_id=claim.id, tab_id=carded.id, by=ada, grant=False, now=SOON)

    page = second_phone.get(way_to(carded))

    assert "The staff said no for now" in page.content.decode()
    assert "Scone" not in page.content.decode()


def test_asking_twice_is_one_request(first_phone, second_phone, carded):
    for _press in range(2):
        second_phone.post(f"{way_to(carded)}knock/")

    assert TabClaim.objects.filter(state=ClaimState.REQUESTED).count() == 1


def test_a_phone_put_out_by_staff_must_ask_again(first_phone, carded, ada):
    claims.reset(tab_id=carded.id, by=ada, now=SOON)

    page = first_phone.get(way_to(carded))

    assert page.templates[0].name == "front/claim.html"


def test_a_resting_card_says_so_kindly(client, mint):
    page = client.get(f"/t/{mint.key}/")

    assert page.status_code == 200
    assert "No tab on this card right now" in page.content.decode()


def test_a_lost_card_says_what_to_do_with_it(client, larkspur, mint):
    tokens.mark_lost(venue=larkspur, card_id=mint.id, now=SOON)

    page = client.get(f"/t/{mint.key}/", follow=True)

    assert "This card is not used any more" in page.content.decode()
    assert TabClaim.objects.count() == 0


def test_a_closed_tabs_card_leads_its_own_guest_to_the_bill(
    first_phone, second_phone, carded, mint, ada
):
    closing.close_and_request(tab_id=carded.id, by=ada, now=SOON)

    own = first_phone.get(f"/t/{mint.key}/", follow=True)
    other = second_phone.get(f"/t/{mint.key}/", follow=True)

    assert own.redirect_chain[-1] == (way_to(carded), 303)
    assert "€3.20 to pay" in own.content.decode()
    assert "No tab on this card right now" in other.content.decode()


def test_the_next_guests_tab_stays_closed_to_the_one_before(first_phone, carded, mint, ada):
    closing.close_and_request(tab_id=carded.id, by=ada, now=SOON)
    following = factories.make_tab(carded.venue, ada, token_code=mint.code)

    page = first_phone.get(f"/t/{mint.key}/", follow=True)

    assert page.templates[0].name == "front/claim.html"
    assert f'href="{way_to(carded)}"' in page.content.decode()
    assert not TabClaim.objects.filter(tab=following).exists()


def test_the_way_in_to_a_tab_that_ended_is_gone(second_phone, carded, ada):
    tabs.void_tab(tab_id=carded.id, by=ada, now=SOON, reason="Opened by mistake")

    page = second_phone.get(way_to(carded), follow=True)

    assert "No tab on this card right now" in page.content.decode()
    assert second_phone.post(f"{way_to(carded)}code/", {"code": "1234"}).status_code == 404
    assert second_phone.post(f"{way_to(carded)}knock/").status_code == 404


def test_a_key_nobody_knows_is_not_found(client, larkspur):
    assert client.get("/t/bcdfghjkmnpq/").status_code == 404


def test_guessing_keys_ends_soon(client, db):
    answers = [client.get(f"/t/guess-{number}/").status_code for number in range(62)]

    assert answers[0] == 404
    assert answers[-1] == 429


@pytest.mark.parametrize("door", ["bill", "email", "payment"])
def test_only_phones_that_were_let_in_reach_the_bills_doors(
    first_phone, second_phone, carded, door
):
    answer = second_phone.post(f"{way_to(carded)}{door}/", {"email": "mallory@example.org"})

    assert answer.status_code == 404
    assert not TabEvent.objects.filter(tab=carded, kind__in=["bill_asked", "guest_set"]).exists()
