"""Transfer, merge and split on the tab's page: the dialogs, what they reckon, and undoing it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel import clock
from orders.models import Rearrangement, Tab
from payments.services import closing
from tests import fakes
from tests.conftest import EVENING
from tests.factories import make_item, make_tab
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _soon(monkeypatch, settings):
    """Doors read the clock; here it stands still, and the processor is in memory."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def platter(larkspur):
    return make_item(larkspur, "Platter", 1000)


@pytest.fixture
def shared(larkspur, ada, platter, scone):
    """A table with €13.20 on it."""
    return make_tab(larkspur, ada, platter, scone, label="Table 9")


def put(tab, user, what, **typed):
    return browser_of(user).post(to_tab(tab, what), typed, follow=True).content.decode()


def see(tab, user, what, **query):
    parts = [what] if what else []
    return browser_of(user).get(to_tab(tab, *parts), query).content.decode()


def totals():
    return list(Tab.objects.order_by("number").values_list("total_minor", flat=True))


# --- Splitting -----------------------------------------------------------------------------------
def test_the_split_says_what_each_part_comes_to(shared, ada):
    page = see(shared, ada, "split", ways=3)

    assert "Split the €13.20 left" in page
    assert page.count("€4.40") == 3
    assert "doesn’t divide" not in page


def test_what_does_not_divide_is_said(shared, ada):
    page = see(shared, ada, "split", ways=7)

    assert "€13.20 doesn’t divide by 7, so the first 4 parts carry a little more." in page


def test_too_many_parts_are_too_little(shared, ada):
    assert "That is too little for so many parts." in see(shared, ada, "split", ways=40)


def test_only_the_parts_are_reckoned_again(shared, ada):
    browser = htmx_of(ada)

    answer = browser.get(to_tab(shared, "split"), {"ways": 3}, headers={"HX-Target": "parts"})

    assert 'id="parts"' in answer.content.decode()
    assert "HX-Retarget" not in answer


@pytest.mark.parametrize(
    ("typed", "sums"),
    [
        ({"how": "evenly", "ways": "3"}, [440, 440, 440]),
        ({"how": "items", "lines": "SCONE"}, [1000, 320]),
        ({"how": "amount", "amount": "5.00"}, [820, 500]),
    ],
    ids=["evenly", "items", "amount"],
)
def test_a_tab_is_split(shared, ada, scone, typed, sums):
    line = str(shared.lines.get(item=scone).id)
    typed = {key: line if value == "SCONE" else value for key, value in typed.items()}

    page = put(shared, ada, "split", **typed)

    assert totals() == sums
    assert "Split off: #2" in page
    assert "Undo split" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"how": "evenly"}, "Say how many ways."),
        ({"how": "evenly", "ways": "1"}, "greater than or equal to 2"),
        ({"how": "items"}, "Tick at least one thing."),
        ({"how": "amount"}, "Say how much."),
        ({"how": "amount", "amount": "13.20"}, "Leave something on this tab."),
        ({"how": "amount", "amount": "0.10"}, "Every part must come to at least"),
        ({"how": "magic"}, "Select a valid choice"),
    ],
    ids=["no_number", "one", "no_line", "no_amount", "all_of_it", "too_small", "unknown"],
)
def test_what_was_typed_wrongly_is_said(shared, ada, typed, words):
    answer = browser_of(ada).post(to_tab(shared, "split"), typed)

    page = answer.content.decode()
    assert (answer.status_code, totals()) == (422, [1320])
    if typed["how"] != "magic":
        assert words in page


def test_pressed_twice_it_is_split_once(shared, ada):
    for _twice in range(2):
        put(shared, ada, "split", how="evenly", ways="2", request_key="one-press")

    assert totals() == [660, 660]


def test_the_page_of_a_shared_line_says_so(shared, ada):
    put(shared, ada, "split", how="evenly", ways="2")
    part = Tab.objects.get(number=2)

    assert "€5.00 of it is on other tabs" in see(shared, ada, "")
    assert "A share; the rest is on other tabs" in see(part, ada, "")
    assert "Split off tab #1" in see(part, ada, "")


def test_a_split_is_undone_from_the_page(shared, ada):
    put(shared, ada, "split", how="evenly", ways="2")

    page = put(shared, ada, f"rearrangements/{Rearrangement.objects.get().id}/undo")

    assert totals() == [1320, 0]
    assert "Undone; everything is where it was" in page
    assert "Undo split" not in page


# --- Merging -------------------------------------------------------------------------------------
def test_the_merge_says_what_both_come_to(shared, tab, ada):
    page = see(shared, ada, "merging")

    assert "Which tab joins this one?" in page
    assert "€16.40" in page


def test_there_must_be_another_tab(tab, ada):
    assert "There is no other open tab." in see(tab, ada, "merging")


def test_two_tabs_become_one_and_two_again(shared, tab, ada):
    page = put(shared, ada, "merging", other=tab.id)
    merged = totals()
    put(shared, ada, f"rearrangements/{Rearrangement.objects.get().id}/undo")

    assert (sorted(merged), sorted(totals())) == ([0, 1640], [320, 1320])
    assert "The tabs are one now" in page
    assert "joined this one" in page


def test_the_page_of_a_merged_tab_leads_to_the_other(shared, tab, ada):
    put(shared, ada, "merging", other=tab.id)

    page = see(tab, ada, "")

    assert "Its lines are on Table 9 now." in page
    assert to_tab(shared) in page
    assert browser_of(ada).get(to_tab(tab, "merging")).status_code == 302


def test_a_tab_that_is_closed_is_no_candidate_for_an_open_one(shared, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    answer = browser_of(ada).post(to_tab(shared, "merging"), {"other": tab.id})

    assert answer.status_code == 422


def test_what_cannot_be_undone_is_said(shared, tab, ada):
    put(shared, ada, "merging", other=tab.id)
    closing.close_and_request(tab_id=shared.id, by=ada, now=EVENING)

    answer = browser_of(ada).post(
        to_tab(shared, f"rearrangements/{Rearrangement.objects.get().id}/undo")
    )

    assert answer.status_code == 409
    assert "it stays merged" in answer.content.decode()


def test_the_guest_of_a_merged_tab_sees_the_bill_of_both(shared, tab, ada, client):
    client.get(f"/t/{tab.guest_key}/", follow=True)
    claims_before = tab.claims.count()
    put(shared, ada, "merging", other=tab.id)

    page = client.get(f"/t/{tab.guest_key}/", follow=True).content.decode()

    assert (claims_before, "Platter" in page) == (1, True)


def test_the_link_of_a_merged_tab_leads_to_the_bill_of_both(shared, tab, ada, client):
    closing.close_and_request(tab_id=shared.id, by=ada, now=EVENING)
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    put(shared, ada, "merging", other=tab.id)

    page = client.get(f"/p/{closed.token}/").content.decode()

    assert "€16.40" in page
    assert "Platter" in page


# --- Handing over --------------------------------------------------------------------------------
def test_a_tab_goes_to_a_colleague(shared, ada, niamh):
    member = niamh.memberships.get()

    page = put(shared, ada, "transfer", colleague=member.pk, label="Garden")

    shared.refresh_from_db()
    assert (shared.in_charge, shared.label) == (niamh, "Garden")
    assert "The tab was handed over" in page
    assert "Undo transfer" in page


def test_handing_over_to_nobody_is_said(shared, ada):
    answer = browser_of(ada).post(to_tab(shared, "transfer"), {"label": "Table 9"})

    assert answer.status_code == 422
    assert "Choose a colleague, a place or a guest." in answer.content.decode()
