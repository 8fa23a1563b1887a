"""Guests on file: who may see them, found, and one of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.front.pages.customer import MOST_FOUND, TABS_A_PAGE, find_customers
from config.kernel.money import Money
from orders.services import tabs
from tests.integration.front.web.customer_pages import CUSTOMERS, SOON, put_on_file, text_of
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("somebody", "looks", "merges"),
    [
        ("ada", 200, 403),
        ("niamh", 200, 200),
        ("olga", 200, 200),
        ("mallory", 404, 404),
        ("stranger", 404, 404),
        (None, 302, 302),
    ],
)
def test_staff_look_and_managers_merge(request, aoife, work, somebody, looks, merges):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()
    where = f"{CUSTOMERS}{aoife.id}/"

    for address in (
        CUSTOMERS,
        f"{CUSTOMERS}?q=aoife",
        f"{CUSTOMERS}suggestions/?email=ao",
        where,
        f"{where}entry/",
        "/v/larkspur-coffee/more/",
    ):
        assert browser.get(address).status_code == looks, address
    for address in (f"{where}merge/", f"{where}merge/?with={work.id}"):
        assert browser.get(address).status_code == merges, address
    if merges != 200:
        assert browser.post(f"{where}merge/", {"other": work.id, "keep": aoife.id}).status_code == (
            merges
        )
        work.refresh_from_db()
        assert work.merged_into is None
    if looks != 200:
        browser.post(f"{where}entry/", {"name": "Eve"})
        aoife.refresh_from_db()
        assert aoife.name == "Aoife Byrne"


def test_nobody_of_another_venue_is_found_here(niamh, odile, aoife):
    theirs = put_on_file(odile, "Sora Kim", "sora@kim.example")
    browser = browser_of(niamh)

    for customer_id in (theirs.id, uuid4()):
        for part in ("", "entry/", "merge/"):
            assert browser.get(f"{CUSTOMERS}{customer_id}/{part}").status_code == 404
        assert browser.post(f"{CUSTOMERS}{customer_id}/entry/", {"name": "X"}).status_code == 404
        form = {"other": customer_id, "keep": aoife.id}
        assert browser.post(f"{CUSTOMERS}{aoife.id}/merge/", form).status_code == 404
        # An entry elsewhere is as good as none: one is asked for.
        asked = browser.get(f"{CUSTOMERS}{aoife.id}/merge/?with={customer_id}")
        assert "Who else is Aoife Byrne?" in text_of(asked)
    for address in (CUSTOMERS, f"{CUSTOMERS}?q=sora", f"{CUSTOMERS}suggestions/?email=sora"):
        assert "kim.example" not in browser.get(address).content.decode()


@pytest.mark.parametrize(
    "words", ["aoife", "BYRNE", "byrne.ex", "677 1234", "(01) 677-1234", "1234"]
)
def test_guests_are_found_while_somebody_types(ada, larkspur, aoife, words):
    put_on_file(larkspur, "Dónal Keane", "donal@keane.example")

    for browser in (browser_of(ada), htmx_of(ada)):
        shown = browser.get(CUSTOMERS, {"q": words})
        assert "Aoife Byrne" in text_of(shown)
        assert "Keane" not in text_of(shown)
        assert "1 guest fits" in text_of(shown)
    assert shown.content.decode().lstrip().startswith("<section")


def test_names_are_found_without_their_accents(ada, larkspur):
    put_on_file(larkspur, "Éabha Ní Cheallaigh", "e@c.example")

    for words in ("eabha", "éabha", "NI CHEALL"):
        assert "1 guest fits" in text_of(browser_of(ada).get(CUSTOMERS, {"q": words}))


@pytest.mark.parametrize("words", ["", " ", "a", "\x00a", None])
def test_too_few_letters_show_who_is_new(ada, aoife, words):
    shown = text_of(browser_of(ada).get(CUSTOMERS, {} if words is None else {"q": words}))

    assert "New on file" in shown
    assert "Aoife Byrne" in shown


@pytest.mark.parametrize(
    "words", ["%%", "__", "\\\\", "'; --", "<script>", "x" * 5000, "\u202e\u202e"]
)
def test_odd_letters_find_nobody_and_break_nothing(ada, aoife, words):
    answer = browser_of(ada).get(CUSTOMERS, {"q": words})

    assert answer.status_code == 200
    assert "Nobody fits" in text_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_a_long_list_is_cut_short_and_says_so(ada, larkspur):
    for number in range(MOST_FOUND + 1):
        put_on_file(larkspur, f"Guest {number:03d}", f"guest{number}@b.example")

    shown = text_of(browser_of(ada).get(CUSTOMERS, {"q": "guest"}))

    assert "More than 50 fit" in shown
    assert "Guest 049" in shown
    assert "Guest 050" not in shown


def test_what_guests_are_called_stays_text(ada, larkspur):
    evil = put_on_file(larkspur, "<script>alert(1)</script>{{ 7 }}", "e@e.example", note="<b>x</b>")

    for address in (CUSTOMERS, f"{CUSTOMERS}{evil.id}/", f"{CUSTOMERS}suggestions/?email=script"):
        shown = browser_of(ada).get(address).content.decode()
        assert "<script>alert" not in shown
        assert "<b>x</b>" not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_each_guest_is_listed_with_their_tabs(larkspur, aoife, work, tab_of, ada):
    tab_of(aoife, days_ago=9)
    tab_of(aoife, days_ago=2)
    tabs.void_tab(tab_id=tab_of(aoife).id, by=ada, now=SOON, reason="By mistake")

    found = {each.customer: each for each in find_customers(larkspur, words="aoife").found}

    assert (found[aoife].visits, found[aoife].last_seen) == (2, SOON - timedelta(days=2))
    assert (found[work].visits, found[work].last_seen) == (0, None)


def test_the_page_says_what_they_had_paid_and_owe(ada, aoife, tab_of, page_of):
    settled = [
        tab_of(aoife, days_ago=20, paid=320, wait=timedelta(days=1)),
        tab_of(aoife, days_ago=10, paid=320, wait=timedelta(days=4)),
    ]
    overdue = tab_of(aoife, days_ago=5, paid=0)
    part = tab_of(aoife, paid=100)
    running = tab_of(aoife)

    page = page_of(ada, aoife)

    figures = page.figures
    assert (figures.settled_count, str(figures.days_to_pay)) == (2, "2.5")
    assert (figures.owing, figures.owing_count) == (Money(540, "EUR"), 2)
    assert figures.last_seen == SOON
    assert {each.tab: (each.state, each.standing.paid.minor) for each in page.visits} == {
        running: ("open", 0),
        part: ("part", 100),
        overdue: ("overdue", 0),
        settled[1]: ("settled", 320),
        settled[0]: ("settled", 320),
    }
    shown = text_of(browser_of(ada).get(f"{CUSTOMERS}{aoife.id}/"))
    for words in ("Aoife Byrne", "aoife@byrne.example", "€5.40", "2.5", "Overdue", "€2.20"):
        assert words in shown


def test_somebody_without_a_tab_has_a_page_too(ada, larkspur):
    empty = put_on_file(larkspur, phone="+35316771234")

    shown = text_of(browser_of(ada).get(f"{CUSTOMERS}{empty.id}/"))

    assert "No tab of theirs yet." in shown
    assert "€0.00" in shown


def test_many_tabs_come_on_several_pages(ada, aoife, tab_of):
    for _ in range(TABS_A_PAGE + 1):
        tab_of(aoife)
    browser = browser_of(ada)

    for page, rows in (("", TABS_A_PAGE), ("2", 1), ("99", 1), ("-1", 1), ("x", TABS_A_PAGE)):
        shown = browser.get(f"{CUSTOMERS}{aoife.id}/", {"page": page}).content.decode()
        assert shown.count("<tr") == rows + 1, page


def test_the_pages_ask_as_much_for_three_as_for_one(
    ada, larkspur, aoife, tab_of, django_assert_num_queries
):
    browser = browser_of(ada)
    browser.get(CUSTOMERS)
    for count in (1, 2):
        for number in range(count):
            tab_of(aoife, paid=320)
            tab_of(put_on_file(larkspur, "Aoife", f"a{count}{number}@b.example"), paid=0)
        with django_assert_num_queries(4):  # Session, person, standing; and those who fit.
            browser.get(CUSTOMERS, {"q": "aoife"})
        # The same three; the guest; their tabs counted, listed, summed (2), and how they stand
        # (2); what was corrected.
        with django_assert_num_queries(11):
            browser.get(f"{CUSTOMERS}{aoife.id}/")


def test_the_page_is_reached_from_the_tab_and_from_the_admin(olga, aoife, tab_of):
    tab, where = tab_of(aoife), f'href="{CUSTOMERS}{aoife.id}/"'
    browser = browser_of(olga)

    assert where in browser.get(f"/v/larkspur-coffee/tabs/{tab.id}/").content.decode()
    assert where in browser.get("/admin/orders/customer/").content.decode()
    assert where in browser.get(f"/admin/orders/customer/{aoife.id}/change/").content.decode()
