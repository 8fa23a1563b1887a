"""Guests on file: found while typing, looked at, corrected, merged, and suggested."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.front.pages.customer import MOST_FOUND, TABS_A_PAGE, find_customers, get_customer_page
from config.kernel import clock
from config.kernel.money import Money
from orders.models import Customer, Membership, Tab
from orders.rules.roles import Role
from orders.services import customer_merges, tabs
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db
CUSTOMERS = "/v/larkspur-coffee/customers/"
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


def put_on_file(venue, name="", email="", phone="", **more):
    return Customer.objects.create(
        venue=venue, name=name, email=email, phone=phone, created_at=EVENING, **more
    )


@pytest.fixture
def aoife(larkspur):
    return put_on_file(larkspur, "Aoife Byrne", "aoife@byrne.example", "+35316771234")


@pytest.fixture
def work(larkspur):
    """Aoife again, from work."""
    return put_on_file(larkspur, "Aoife Byrne", "a.byrne@firm.example", note="Window seat")


@pytest.fixture
def tab_of(larkspur, ada, scone):
    """Makes tabs of somebody, closed and paid as far as it is said."""

    def make(customer, *, days_ago=0, paid=None, wait=timedelta()):
        then = SOON - timedelta(days=days_ago)
        tab = factories.make_tab(larkspur, ada, scone, customer=customer, now=then)
        if paid is None:
            return tab
        tab = closing.close_and_request(tab_id=tab.id, by=ada, now=then).tab
        if paid:
            taken = Taken(method=CounterMethod.CASH, amount=Money(paid, "EUR"), tip=Money(0, "EUR"))
            counter.record_counter_payment(
                tab_id=tab.id, by=ada, taken=taken, request_key=str(tab.id), now=then + wait
            )
        return Tab.objects.get(id=tab.id)

    return make


@pytest.fixture
def page_of():
    def look(user, customer, *, page=""):
        member = Membership.objects.select_related("venue", "user").get(user=user)
        return get_customer_page(member, customer, page=page, now=SOON)

    return look


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- Who may -------------------------------------------------------------------------------------
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


# --- Finding -------------------------------------------------------------------------------------
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


# --- One guest -----------------------------------------------------------------------------------
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


# --- Correcting ----------------------------------------------------------------------------------
def test_an_entry_is_corrected_with_and_without_htmx(ada, aoife):
    typed = {"name": "Aoife Burke", "email": "", "phone": "01 677 1234", "note": "No nuts"}

    answer = browser_of(ada).post(f"{CUSTOMERS}{aoife.id}/entry/", typed, follow=True)
    again = htmx_of(ada).post(f"{CUSTOMERS}{aoife.id}/entry/", typed | {"name": "A. Burke"})

    assert answer.redirect_chain == [(f"{CUSTOMERS}{aoife.id}/", 303)]
    assert "before: name: Aoife Byrne · email: aoife@byrne.example" in text_of(answer)
    assert again["HX-Redirect"] == f"{CUSTOMERS}{aoife.id}/"
    aoife.refresh_from_db()
    assert (aoife.name, aoife.email, aoife.note) == ("A. Burke", "", "No nuts")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "A name, an email address or a phone number"),
        ({"email": "aoife"}, "seems to miss something"),
        ({"name": "A", "phone": "12"}, "seems to miss something"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "A", "note": "x" * 501}, "at most 500"),
        ({"name": "\x00"}, "Null characters"),
    ],
)
def test_what_cannot_be_kept_goes_back_into_the_form(ada, aoife, typed, said):
    answer = browser_of(ada).post(f"{CUSTOMERS}{aoife.id}/entry/", typed)

    assert answer.status_code == 422
    assert said in text_of(answer)
    aoife.refresh_from_db()
    assert aoife.name == "Aoife Byrne"


def test_an_address_of_somebody_else_leads_to_them(ada, niamh, aoife, work):
    typed = {"name": "Aoife", "email": work.email}
    where = f"{CUSTOMERS}{aoife.id}/entry/"

    staff = browser_of(ada).post(where, typed)
    manager = browser_of(niamh).post(where, typed)

    assert (staff.status_code, manager.status_code) == (422, 422)
    assert "Another guest on file has this" in text_of(staff)
    assert f"{CUSTOMERS}{work.id}/" in staff.content.decode()
    assert "It is the same person" not in text_of(staff)
    assert f"{CUSTOMERS}{aoife.id}/merge/?with={work.id}" in manager.content.decode()


# --- Merging -------------------------------------------------------------------------------------
def test_the_preview_says_what_would_move_either_way(niamh, aoife, work, tab_of):
    tab_of(work)

    asked = text_of(browser_of(niamh).get(f"{CUSTOMERS}{aoife.id}/merge/"))
    shown = text_of(browser_of(niamh).get(f"{CUSTOMERS}{aoife.id}/merge/?with={work.id}"))

    assert "a.byrne@firm.example" in asked
    assert "1 tab of Aoife Byrne moves here." in shown
    assert "0 tabs of Aoife Byrne move here." in shown
    assert "It takes over +35316771234." in shown
    assert "a.byrne@firm.example is dropped" in shown
    assert "The note of the other is added." in shown


def test_two_become_one_and_the_other_leads_on(niamh, aoife, work, tab_of):
    tab = tab_of(work)
    browser, form = browser_of(niamh), {"other": work.id, "keep": aoife.id}

    answer = browser.post(f"{CUSTOMERS}{aoife.id}/merge/", form, follow=True)
    again = browser.post(f"{CUSTOMERS}{aoife.id}/merge/", form, follow=True)

    for each in (answer, again):
        assert each.redirect_chain == [(f"{CUSTOMERS}{aoife.id}/", 303)]
    assert text_of(again).count("Merged with Aoife Byrne, a.byrne@firm.example") == 1
    assert Tab.objects.get(id=tab.id).customer == aoife
    for part in ("", "merge/"):
        led = browser.get(f"{CUSTOMERS}{work.id}/{part}")
        assert (led.status_code, led.url) == (302, f"{CUSTOMERS}{aoife.id}/")
    led = browser.post(f"{CUSTOMERS}{work.id}/entry/", {"name": "X"})
    assert (led.status_code, led.url) == (303, f"{CUSTOMERS}{work.id}/")


def test_the_other_one_may_be_kept(niamh, aoife, work):
    form = {"other": work.id, "keep": work.id}

    browser_of(niamh).post(f"{CUSTOMERS}{aoife.id}/merge/", form)

    aoife.refresh_from_db()
    assert aoife.merged_into == work


def test_a_merge_without_a_choice_or_with_a_strange_one_does_nothing(niamh, aoife, work, larkspur):
    third = put_on_file(larkspur, "Third", "third@b.example")
    browser, where = browser_of(niamh), f"{CUSTOMERS}{aoife.id}/merge/"

    for form, status in (
        ({}, 422),
        ({"other": "x"}, 422),
        ({"other": work.id}, 422),
        ({"other": work.id, "keep": third.id}, 404),
        ({"other": aoife.id, "keep": aoife.id}, 409),
    ):
        assert browser.post(where, form).status_code == status, form
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_a_merge_that_came_too_late_says_so(niamh, aoife, work, larkspur):
    third = put_on_file(larkspur, "Third", "third@b.example")
    customer_merges.merge(
        venue=larkspur, kept_id=third.id, gone_id=work.id, by=niamh, role=Role.MANAGER, now=SOON
    )

    answer = browser_of(niamh).post(
        f"{CUSTOMERS}{aoife.id}/merge/", {"other": work.id, "keep": aoife.id}
    )

    assert answer.status_code == 409
    assert "merged into somebody else" in text_of(answer)


# --- Suggesting ----------------------------------------------------------------------------------
def test_the_form_that_opens_a_tab_suggests_guests_on_file(ada, aoife, work, larkspur):
    put_on_file(larkspur, "Aoife without address", phone="+35316779999")
    browser = htmx_of(ada)

    shown = browser.get(f"{CUSTOMERS}suggestions/", {"email": "aoi"}).content.decode()
    dialog = browser.get("/v/larkspur-coffee/", {"open": "1"}).content.decode()

    assert re.findall(r'value="([^"]+)"', shown) == [work.email, aoife.email]
    assert "Aoife Byrne · +35316771234" in shown
    assert f'hx-get="{CUSTOMERS}suggestions/"' in dialog
    assert 'list="on-file"' in dialog
    assert '<datalist id="on-file">' in dialog
    for typed in ("", "a", "zz"):
        assert (
            "<option"
            not in browser.get(f"{CUSTOMERS}suggestions/", {"email": typed}).content.decode()
        )


def test_a_merged_entry_is_as_good_as_the_kept_one_to_other_software(niamh, aoife, work, larkspur):
    customer_merges.merge(
        venue=larkspur, kept_id=aoife.id, gone_id=work.id, by=niamh, role=Role.MANAGER, now=SOON
    )
    browser = browser_of(niamh)

    listed = browser.get("/api/v1/customers/").json()["results"]
    opened = browser.post(
        "/api/v1/tabs/", {"customer": {"id": str(work.id)}}, content_type="application/json"
    )

    assert [each["id"] for each in listed] == [str(aoife.id)]
    assert opened.status_code == 201, opened.content
    assert Tab.objects.get().customer == aoife


def test_phones_have_room_for_five(olga, larkspur):
    shown = browser_of(olga).get(CUSTOMERS).content.decode()

    rail = shown.partition('<nav class="rail"')[2].partition("</nav>")[0]
    on_phones = [link for link in rail.split("<a ") if "rail__link" in link]
    on_phones = [link for link in on_phones if "not-phone" not in link and "rail__end" not in link]
    assert len(on_phones) <= 5
    assert "/v/larkspur-coffee/people/" in rail


def test_only_owners_see_the_way_to_people(ada, niamh, olga):
    for user, sees in ((ada, False), (niamh, False), (olga, True)):
        for address in (CUSTOMERS, "/v/larkspur-coffee/more/"):
            assert ("/people/" in browser_of(user).get(address).content.decode()) is sees


def test_a_guests_time_zone_is_set_and_told(ada, larkspur):
    guest = put_on_file(larkspur, email="far@example.org")
    page = f"/v/larkspur-coffee/customers/{guest.id}/"
    typed = {"email": "far@example.org", "time_zone": "Asia/Seoul"}

    answers = [
        browser_of(ada).post(f"{page}entry/", typed | {"time_zone": zone}).status_code
        for zone in ("Mars/Olympus", "Asia/Seoul")
    ]

    assert answers == [422, 303]
    guest.refresh_from_db()
    assert guest.time_zone == "Asia/Seoul"
    assert "Asia/Seoul" in browser_of(ada).get(page).content.decode()
