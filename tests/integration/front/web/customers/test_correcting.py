"""Guests on file: corrected, merged, and suggested while typing."""

from __future__ import annotations

import re

import pytest

from orders.models import Customer, Tab
from orders.rules.roles import Role
from orders.services import customer_merges
from tests.integration.front.web.customer_pages import CUSTOMERS, SOON, put_on_file, text_of
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db


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
