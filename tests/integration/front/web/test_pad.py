"""The order pad: one tap adds, the bill beside the menu is always the server's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Line
from orders.rules.roles import Role
from orders.rules.tab_states import TabStatus
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.services import closing, reopening
from tests import factories
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db


def test_the_pad_shows_menu_bill_and_limit(tab, ada, flat_white):
    page = browser_of(ada).get(to_tab(tab, "pad")).content.decode()

    assert "Flat white" in page
    assert "New, not sent yet" in page
    assert "Send 1 to the bar" in page
    assert "€36.80 left of the €40.00 limit" in page


def test_a_regular_is_trusted_with_more(larkspur, ada, scone):
    before = factories.make_tab(larkspur, ada, scone, email="aoife@example.org")
    before.status, before.settled_at = TabStatus.SETTLED, EVENING
    before.closed_at = before.due_at = EVENING
    before.save()
    tab = factories.make_tab(larkspur, ada, scone, email="aoife@example.org")

    page = browser_of(ada).get(to_tab(tab, "pad")).content.decode()

    assert "€116.80 left of the €120.00 limit" in page


def test_over_the_limit_warns_and_forbids_nothing(tab, ada, scone):
    wanted = [NewLine(item_id=scone.id, quantity=20)]
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)

    answer = browser_of(ada).get(to_tab(tab, "pad"))

    assert "€27.20 over the €40.00 limit" in answer.content.decode()


def test_sold_out_things_cannot_be_tapped(tab, ada, larkspur):
    brownie = factories.make_item(larkspur, "Brownie", 360)
    brownie.is_available = False
    brownie.save()

    page = browser_of(ada).get(to_tab(tab, "pad")).content.decode()

    tile = page[: page.index("<span>Brownie</span>")].rpartition("<button")[2]
    assert "disabled" in tile
    assert "Sold out today" in page


def test_one_tap_adds_a_thing_without_choices(tab, ada, scone):
    answer = browser_of(ada).post(
        to_tab(tab, "lines"), {"item": scone.id, "request_key": "k"}, follow=True
    )

    assert Line.objects.filter(tab=tab).count() == 2
    assert answer.redirect_chain == [(to_tab(tab, "pad"), 303)]
    assert "Scone with jam added to Table 4" in answer.content.decode()


def test_htmx_gets_bill_counts_a_new_key_and_a_toast_that_undoes(tab, ada, scone):
    answer = htmx_of(ada).post(to_tab(tab, "lines"), {"item": scone.id, "request_key": "k"})

    page, added = answer.content.decode(), Line.objects.get(position=2)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#ticket", "outerHTML")
    assert "€6.40" in page
    assert f'id="n-{scone.id}" hx-swap-oob="true"' in page
    assert 'id="request-key" hx-swap-oob="true"' in page
    assert 'value="k"' not in page
    assert f'action="{to_tab(tab, "lines", added.id, "removal")}"' in page
    assert "<html" not in page


def test_a_tap_that_arrives_twice_is_one_line_and_two_things_are_two(tab, ada, scone, larkspur):
    tea = factories.make_item(larkspur, "Tea", 300)
    browser = htmx_of(ada)

    for item in (scone, scone, tea):
        browser.post(to_tab(tab, "lines"), {"item": item.id, "request_key": "same"})

    names = Line.objects.filter(tab=tab).values_list("name", flat=True)
    assert sorted(names) == ["Scone with jam", "Scone with jam", "Tea"]


def test_choices_are_asked_in_a_dialog_and_on_a_page(tab, ada, flat_white):
    address = to_tab(tab, "pad", "items", flat_white.id)

    page = browser_of(ada).get(address).content.decode()
    dialog = htmx_of(ada).get(address).content.decode()

    for shown in (page, dialog):
        assert "Large" in shown
        assert "+€0.60" in shown
        assert "up to 2" in shown
    assert ("<html" in page, "<html" in dialog) == (True, False)


def test_a_service_says_what_to_expect_before_it_is_added(odile, sora):
    balayage = factories.make_item(odile, "Balayage", 180_000)
    balayage.expected_result, balayage.limits = "Two shades lighter.", "Not in one visit."
    balayage.save()
    visit = factories.make_tab(odile, sora, label="Chair 1")

    pad = browser_of(sora).get(to_tab(visit, "pad")).content.decode()
    dialog = htmx_of(sora).get(to_tab(visit, "pad", "items", balayage.id)).content.decode()

    assert f'href="{to_tab(visit, "pad", "items", balayage.id)}"' in pad
    assert "Two shades lighter." in dialog
    assert "Not in one visit." in dialog


def test_choices_note_and_number_come_along(tab, ada, flat_white, size, milk):
    large, oat = size.modifiers.get(name="Large"), milk.modifiers.get(name="Oat")

    htmx_of(ada).post(
        to_tab(tab, "lines"),
        {
            "item": flat_white.id,
            "quantity": "2",
            "note": "extra hot",
            f"group-{size.pk}": large.id,
            f"group-{milk.pk}": oat.id,
            "group-0": "",
        },
    )

    line = Line.objects.get(name="Flat white")
    assert (line.quantity, line.note, line.modifier_names) == (2, "extra hot", "Large, Oat")
    assert line.amount.minor == 2 * (380 + 60 + 50)


def test_a_choice_that_is_missing_is_asked_for_again(tab, ada, flat_white, milk):
    oat = milk.modifiers.get(name="Oat")

    answer = htmx_of(ada).post(
        to_tab(tab, "lines"),
        {"item": flat_white.id, "note": "hot", f"group-{milk.pk}": oat.id, "request_key": "k"},
    )

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog")
    assert "Size: please choose at least 1." in page
    assert f'value="{oat.id}" checked' in page
    assert 'value="hot"' in page
    assert not Line.objects.filter(name="Flat white").exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"item": "not-an-id"},
        {},
        {"quantity": "0"},
        {"quantity": "100"},
        {"note": "x" * 121},
        {"group-1": "not-an-id"},
        {"note": "a\x00b"},
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_bill(tab, ada, scone, typed):
    form = ({"item": scone.id} | typed) if typed else {}

    answer = htmx_of(ada).post(to_tab(tab, "lines"), form)

    assert answer.status_code == 422
    assert "That could not be added. Try again." in answer.content.decode()
    assert Line.objects.filter(tab=tab).count() == 1


@pytest.mark.parametrize("by_htmx", [True, False])
def test_somebody_else_closing_meanwhile_shows_the_bill_as_it_stands(tab, ada, scone, by_htmx):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    browser = htmx_of(ada) if by_htmx else browser_of(ada)

    answer = browser.post(to_tab(tab, "lines"), {"item": scone.id})

    assert answer.status_code == 409
    assert "This tab is already closed." in answer.content.decode()
    assert "€3.20" in answer.content.decode()


def test_sold_out_meanwhile_is_said(tab, ada, scone):
    scone.is_available = False
    scone.save()

    answer = htmx_of(ada).post(to_tab(tab, "lines"), {"item": scone.id})

    assert answer.status_code == 409
    assert "Scone with jam is sold out today." in answer.content.decode()


def test_a_closed_tab_has_no_pad(tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    answer = browser_of(ada).get(to_tab(tab, "pad"))

    assert (answer.status_code, answer["Location"]) == (302, to_tab(tab))


def test_sending_sends_and_can_be_pressed_twice(tab, ada):
    browser = htmx_of(ada)

    first = browser.post(to_tab(tab, "sending")).content.decode()
    again = browser.post(to_tab(tab, "sending")).content.decode()

    assert "1 line sent to the bar" in first
    assert "Already sent" in first
    assert "Everything was sent already" in again


def test_a_place_without_a_bar_has_nothing_to_send(tab, ada, larkspur):
    larkspur.sends_to_bar = False
    larkspur.save()

    page = browser_of(ada).get(to_tab(tab, "pad")).content.decode()

    assert "to the bar" not in page
    assert "Mark served" in page


def test_serving_shows_on_the_pad(tab, ada):
    page = htmx_of(ada).post(to_tab(tab, "serving")).content.decode()

    assert 'id="tab-state" hx-swap-oob="true"' in page
    assert 'data-state="served"' in page


def test_a_reopened_tab_has_its_pad_again(tab, ada, niamh):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    reopening.reopen_tab(
        tab_id=tab.id, by=niamh, role=Role.MANAGER, reason="Forgot one", now=EVENING
    )

    assert browser_of(ada).get(to_tab(tab, "pad")).status_code == 200


def test_the_pad_asks_as_often_for_three_lines_as_for_one(tab, ada, scone, flat_white, size):
    browser = browser_of(ada)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(to_tab(tab, "pad"))
        return len(queries)

    browser.get(to_tab(tab, "pad"))
    one = asked()
    regular = size.modifiers.get(name="Regular")
    wanted = [
        NewLine(item_id=scone.id),
        NewLine(item_id=flat_white.id, modifier_ids=[regular.id]),
    ]
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)
    tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING)

    assert asked() == one


# --- Finding things, and what they come to --------------------------------------------------------
@pytest.mark.parametrize("words", ["flat", "FLAT  ", "at wh"])
def test_a_thing_is_found_by_its_name(tab, ada, flat_white, words):
    page = browser_of(ada).get(f"{to_tab(tab, 'pad')}?find={words}").content.decode()

    shelves = page.partition('id="shelves"')[2].partition("</form>")[0]
    assert "<span>Flat white</span>" in shelves
    assert "Scone" not in shelves
    assert f'value="{words}"' in page


def test_what_is_not_on_the_menu_is_said_and_all_of_it_is_offered(tab, ada, flat_white):
    page = browser_of(ada).get(f"{to_tab(tab, 'pad')}?find=<b>sushi").content.decode()

    assert "Nothing on the menu is called “&lt;b&gt;sushi”." in page
    assert "See all of it" in page


def amount_on_button(answer):
    return re.search(r'id="add-amount">· <data[^>]*>([^<]*)', answer.content.decode())[1]


def test_the_button_says_what_the_choices_come_to(tab, ada, flat_white, size, milk, extras):
    asked = to_tab(tab, f"pad/items/{flat_white.id}")
    large, oat = size.modifiers.get(name="Large"), milk.modifiers.get(name="Oat")
    chosen = {f"group-{size.pk}": large.pk, f"group-{milk.pk}": oat.pk, "quantity": 2}

    first = browser_of(ada).get(asked)
    then = htmx_of(ada).get(asked, chosen, headers={"HX-Target": "add-amount"})

    assert amount_on_button(first) == "€3.80"
    assert amount_on_button(then) == "€9.80"
    assert "HX-Retarget" not in then


def test_what_is_chosen_beforehand_is_in_the_amount(tab, ada, flat_white, size):
    size.modifiers.filter(name="Large").update(is_default=True)

    answer = browser_of(ada).get(to_tab(tab, f"pad/items/{flat_white.id}"))

    assert amount_on_button(answer) == "€4.40"


@pytest.mark.parametrize(
    ("quantity", "amount"), [("0", "€3.80"), ("lots", "€3.80"), ("٣", "€3.80"), ("500", "€376.20")]
)
def test_a_number_nobody_could_mean_breaks_nothing(tab, ada, flat_white, quantity, amount):
    answer = browser_of(ada).get(to_tab(tab, f"pad/items/{flat_white.id}"), {"quantity": quantity})

    assert amount_on_button(answer) == amount
