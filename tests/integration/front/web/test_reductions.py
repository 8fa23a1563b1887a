"""On the house and discounts on the tab's page: the dialogs, what they say, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel import clock
from orders.models import Line, Reduction, Tab
from orders.services import lines
from orders.services.lines import NewLine
from payments.services import closing
from tests import fakes
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _soon(monkeypatch, settings):
    """Doors read the clock; here it stands still, and the processor is in memory."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


def line_of(tab):
    return Line.objects.get(tab=tab)


def put(tab, user, what, **typed):
    return browser_of(user).post(to_tab(tab, what), typed, follow=True).content.decode()


def total_of(tab):
    return Tab.objects.get(id=tab.id).total_minor


def test_the_dialog_names_every_line_with_what_it_costs(tab, niamh):
    answer = htmx_of(niamh).get(to_tab(tab, "comp"))

    page = answer.content.decode()
    assert answer["HX-Retarget"] == "#money-dialog"
    assert "Put something on the house" in page
    assert "Scone with jam" in page
    assert "€3.20" in page
    assert 'name="quantity"' not in page


def test_staff_read_how_much_they_may_still_give(tab, ada, larkspur):
    larkspur.gift_limit_minor = 1000
    larkspur.save()
    put(tab, ada, "discount", amount="1.20", why="offer")

    page = browser_of(ada).get(to_tab(tab, "comp")).content.decode()

    assert "You can give up to €10.00 a day. €8.80 left today." in page


def test_staff_who_may_give_nothing_are_not_offered_to(tab, ada, niamh):
    offered = {
        who: "/comp/" in browser_of(who).get(to_tab(tab)).content.decode() for who in (ada, niamh)
    }

    assert offered == {ada: False, niamh: True}


def test_a_line_on_the_house_stands_on_the_page_with_its_reason(tab, niamh):
    page = put(tab, niamh, "comp", line=line_of(tab).id, why="wait", reason="Twenty minutes")

    assert "€3.20 taken off" in page
    assert "On the house: The wait was long: Twenty minutes" in page
    assert "Charge €3.20 again" in page
    assert "Scone with jam on the house" in page
    assert total_of(tab) == 0


def test_some_of_a_line_on_the_house(tab, ada, niamh, scone):
    [added] = lines.add_lines(
        tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id, quantity=3)]
    )

    page = put(tab, niamh, "comp", line=added.id, quantity=1, why="regular")

    assert "1 of 3 on the house: A regular, a kindness" in page
    assert total_of(tab) == 320 * 3


@pytest.mark.parametrize(
    ("typed", "left", "words"),
    [
        ({"percent": "10"}, 288, "10 % off the whole tab"),
        ({"amount": "1.00"}, 220, "€1.00 off the whole tab"),
    ],
    ids=["percent", "amount"],
)
def test_a_discount_on_the_whole_tab(tab, niamh, typed, left, words):
    page = put(tab, niamh, "discount", why="staff", **typed)

    assert total_of(tab) == left
    assert words in page
    assert "off: Family and colleagues" in page


@pytest.mark.parametrize(
    ("what", "typed", "words"),
    [
        ("comp", {"why": "wait"}, "This field is required."),
        ("comp", {"why": "else", "line": "LINE"}, "Say why; the guest can read it too."),
        ("discount", {"why": "offer"}, "Give either per cent or an amount."),
        ("discount", {"why": "offer", "percent": "10", "amount": "1"}, "Give either per cent or"),
        ("discount", {"why": "offer", "percent": "101"}, "less than or equal to 100"),
        ("discount", {"why": "offer", "amount": "4.00"}, "Only €3.20 can come off"),
        ("discount", {"why": "offer", "percent": "0"}, "between 0.01 and 100"),
    ],
    ids=["no_line", "no_reason", "no_size", "both", "over_100", "too_much", "zero"],
)
def test_what_was_typed_wrongly_is_said_and_kept(tab, niamh, what, typed, words):
    typed = {key: line_of(tab).id if value == "LINE" else value for key, value in typed.items()}

    answer = browser_of(niamh).post(to_tab(tab, what), typed)

    page = answer.content.decode()
    assert (answer.status_code, total_of(tab)) == (422, 320)
    assert words in page
    assert all(f'value="{value}"' in page for value in typed.values())


def test_pressed_twice_it_is_given_once(tab, ada, niamh, scone):
    [added] = lines.add_lines(
        tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id, quantity=3)]
    )
    for _twice in range(2):
        put(tab, niamh, "comp", line=added.id, quantity=1, why="wait", request_key="one-press")

    assert (total_of(tab), Reduction.objects.count()) == (320 * 3, 1)


def test_it_is_charged_again(tab, niamh, ada):
    put(tab, niamh, "comp", line=line_of(tab).id, why="wait")
    made = Reduction.objects.get()

    page = put(tab, ada, f"reductions/{made.id}/withdrawal")

    assert "€3.20 charged again" in page
    assert "Scone with jam on the house no more" in page
    assert total_of(tab) == 320


def test_a_voided_line_stays_as_it_is_and_the_page_says_so(tab, niamh, ada):
    put(tab, niamh, "comp", line=line_of(tab).id, why="wait")
    lines.void_line(
        tab_id=tab.id, line_id=line_of(tab).id, by=ada, now=SOON, reason="Rung in twice"
    )

    answer = browser_of(ada).post(
        to_tab(tab, f"reductions/{Reduction.objects.get().id}/withdrawal")
    )

    assert answer.status_code == 409
    assert "A line of this was voided or moved meanwhile" in answer.content.decode()


def test_a_closed_tab_asks_for_less(tab, niamh, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    page = put(tab, niamh, "discount", amount="1.20", why="sorry")

    assert "€2.00" in page
    assert total_of(tab) == 200


def test_nothing_is_given_on_a_void_tab(tab, niamh, ada):
    browser_of(niamh).post(to_tab(tab, "voiding"), {"reason": "Left"})

    answer = browser_of(niamh).get(to_tab(tab, "comp"))

    assert answer.status_code == 302


def test_the_guest_reads_it_on_the_phone(tab, niamh, client):
    put(tab, niamh, "discount", amount="1.20", why="sorry")
    client.get(f"/t/{tab.guest_key}/")

    page = client.get(f"/t/{tab.guest_key}/").content.decode()

    assert "€1.20 off: To make up for something" in page
    assert "€2.00" in page
