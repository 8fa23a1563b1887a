"""Who sits there, what is taken back, and what the guest's company calls it."""

from __future__ import annotations

import re

import pytest

from orders.models import Tab, TabClaim
from orders.services import claims
from payments.services import closing
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.tab_page import page_of, pay
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db


def test_name_and_address_are_kept(tab, ada):
    browser_of(ada).post(
        to_tab(tab, "guest"), {"name": "Grace", "email": "grace@example.org", "phone": ""}
    )

    tab = Tab.objects.select_related("customer").get()
    assert (tab.who, tab.customer.email) == ("Grace", "grace@example.org")


@pytest.mark.parametrize(
    ("typed", "field"), [({"email": "nope"}, "email"), ({"phone": "12"}, "phone")]
)
def test_addresses_that_are_none_stand_beside_their_field(tab, ada, typed, field):
    answer = htmx_of(ada).post(to_tab(tab, "guest"), typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_place_is_kept(tab, ada):
    browser_of(ada).post(to_tab(tab, "place"), {"label": "Garden", "guests_count": "4"})

    tab.refresh_from_db()
    assert (tab.label, tab.guests_count) == ("Garden", 4)


def test_the_party_moves_to_another_card(tab, ada, mint):
    answer = browser_of(ada).post(to_tab(tab, "card"), {"token": "MINT-01"}, follow=True)

    tab.refresh_from_db()
    assert tab.token_code == "MINT-01"
    assert "Moved to MINT-01" in answer.content.decode()


def test_a_party_can_do_without_a_card(tab, ada, mint):
    browser = browser_of(ada)
    browser.post(to_tab(tab, "card"), {"token": "MINT-01"})

    browser.post(to_tab(tab, "card"), {"token": "other"})

    tab.refresh_from_db()
    assert tab.token_code == ""


def test_a_card_in_use_is_refused_with_the_tab_that_has_it(tab, ada, larkspur, mint):
    other = factories.make_tab(larkspur, ada, label="Garden", token_code="MINT-01")

    answer = htmx_of(ada).post(to_tab(tab, "card"), {"token": "MINT-01"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["card"] == [
        f"MINT-01 is on another open tab: {other.title}."
    ]


def test_an_ended_tab_changes_no_more(closed, ada):
    pay(ada, closed, received="3.20", shown="320")

    answer = browser_of(ada).post(to_tab(closed, "place"), {"label": "Garden"})

    assert answer.status_code == 409
    assert "This tab has ended" in answer.content.decode()
    assert "Change this tab" not in answer.content.decode()


def test_every_phone_can_be_put_out(tab, ada):
    claims.scan(tab=tab, browser_digest="a" * 64, now=EVENING)
    before = page_of(tab, ada)

    after = browser_of(ada).post(to_tab(tab, "claims", "reset"), follow=True).content.decode()

    assert not TabClaim.objects.granted().exists()
    assert "1 phone was let in." in before
    assert "Every phone was put out. The share code is new." in after


def test_each_phone_says_how_and_when_it_was_let_in(tab, ada):
    claims.scan(tab=tab, browser_digest="a" * 64, now=EVENING)
    claims.enter_share_code(
        tab_id=tab.id, browser_digest="b" * 64, code=tab.share_code, now=EVENING
    )
    asked = claims.request(tab_id=tab.id, browser_digest="c" * 64, now=EVENING)
    claims.decide(claim_id=asked.pk, tab_id=tab.id, by=ada, grant=True, now=EVENING)

    page = page_of(tab, ada)

    assert "3 phones were let in." in page
    ways = re.findall(r"<li><svg.*?</svg><span>([^<]+)</span><time[^>]*>([^<]+)</time></li>", page)
    assert ways == [
        ("First to scan", "Fri 6 Mar, 19:30"),
        ("Knew the share code", "Fri 6 Mar, 19:30"),
        ("Let in by Ada", "Fri 6 Mar, 19:30"),
    ]


# --- Taking back ---------------------------------------------------------------------------------
def test_a_manager_reopens_with_a_reason(closed, niamh):
    answer = browser_of(niamh).post(
        to_tab(closed, "reopening"), {"reason": "One more coffee"}, follow=True
    )

    closed.refresh_from_db()
    assert closed.is_open
    assert "One more coffee" in answer.content.decode()


def test_staff_are_not_offered_to_reopen(closed, ada, niamh):
    assert "Reopen" not in page_of(closed, ada)
    assert "Reopen" in page_of(closed, niamh)


@pytest.mark.parametrize("what", ["reopening", "voiding"])
def test_taking_back_asks_why(closed, niamh, what):
    answer = htmx_of(niamh).post(to_tab(closed, what), {"reason": " "})

    closed.refresh_from_db()
    assert (answer.status_code, closed.is_owing) == (422, True)


def test_what_was_paid_in_part_stays(closed, niamh):
    pay(niamh, closed, received="1.00", shown="100")

    answer = browser_of(niamh).post(to_tab(closed, "voiding"), {"reason": "Gone"})

    closed.refresh_from_db()
    assert (answer.status_code, closed.is_owing) == (409, True)
    assert "Part of this tab was paid already" in answer.content.decode()


def test_staff_void_an_empty_tab_and_nothing_else(larkspur, ada, tab):
    empty = factories.make_tab(larkspur, ada)

    allowed = browser_of(ada).post(to_tab(empty, "voiding"), {"reason": "Nobody came"})
    refused = browser_of(ada).post(to_tab(tab, "voiding"), {"reason": "Nobody came"})

    empty.refresh_from_db()
    assert (allowed.status_code, empty.is_void, refused.status_code) == (303, True, 403)


def test_a_void_tab_says_so(larkspur, ada, niamh, tab):
    browser_of(niamh).post(to_tab(tab, "voiding"), {"reason": "A mistake"})

    page = page_of(tab, ada)

    assert "Nothing to pay" in page
    assert "A mistake" in page


# --- The number the guest's company books under ---------------------------------------------------
def test_the_studio_notes_a_purchase_order_and_sees_it(northfold, yousef):
    tab = factories.make_tab(northfold, yousef)
    browser = browser_of(yousef)
    offered = page_of(tab, yousef)

    answer = browser.post(f"{to_tab(tab)}purchase-order/", {"purchase_order": "PO-4711"})

    assert "PO number" in offered
    assert answer.status_code == 303
    page = page_of(tab, yousef)
    assert "PO PO-4711" in page
    assert "Purchase order noted by Yousef" in page


def test_a_cafe_is_not_asked_for_purchase_orders(tab, ada):
    opening = browser_of(ada).get(f"/v/{tab.venue.slug}/?open=1").content.decode()

    assert "PO number" not in page_of(tab, ada)
    assert 'name="purchase_order"' not in opening


def test_the_studio_notes_it_while_opening(northfold, yousef):
    browser = browser_of(yousef)
    form = browser.get(f"/v/{northfold.slug}/?open=1").content.decode()

    browser.post(f"/v/{northfold.slug}/tabs/", {"label": "Workshop", "purchase_order": "PO-1"})

    assert 'name="purchase_order"' in form
    assert Tab.objects.get().purchase_order == "PO-1"


@pytest.mark.parametrize(("sends", "is_told"), [(True, True), (False, False)])
def test_sending_is_told_only_where_there_is_a_bar(tab, ada, sends, is_told):
    tab.venue.sends_to_bar = sends
    tab.venue.save()
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    assert ("1 line sent to the bar" in page_of(tab, ada)) is is_told
