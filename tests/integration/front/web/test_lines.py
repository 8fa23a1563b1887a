"""Lines on the pad: more, fewer, a note, off again, and voided with a reason."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orders.models import Line
from orders.services import tabs
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(tab):
    """The one scone on the tab; the bar has not seen it."""
    return Line.objects.get(tab=tab)


@pytest.fixture
def sent(tab, ada, line):
    tabs.send_lines(tab_id=tab.id, by=ada, now=EVENING)
    line.refresh_from_db()
    return line


def test_a_new_line_changes_its_number(tab, ada, line):
    answer = htmx_of(ada).post(to_tab(tab, "lines", line.id), {"quantity": "3"})

    line.refresh_from_db()
    assert (answer.status_code, line.quantity) == (200, 3)
    assert "€9.60" in answer.content.decode()


def test_changing_the_number_keeps_the_note(tab, ada, line):
    browser = htmx_of(ada)
    browser.post(to_tab(tab, "lines", line.id), {"note": "warm"})

    browser.post(to_tab(tab, "lines", line.id), {"quantity": "2"})

    line.refresh_from_db()
    assert (line.quantity, line.note) == (2, "warm")


def test_a_note_can_be_taken_back(tab, ada, line):
    browser = browser_of(ada)
    browser.post(to_tab(tab, "lines", line.id), {"note": "warm"})

    answer = browser.post(to_tab(tab, "lines", line.id), {"note": ""})

    line.refresh_from_db()
    assert (answer.status_code, line.note) == (303, "")


def test_the_form_shows_what_is_there(tab, ada, line):
    answer = browser_of(ada).get(to_tab(tab, "lines", line.id))

    form = answer.context["form"]
    assert (form["quantity"].value(), form["note"].value()) == (1, "")


def test_a_sent_line_keeps_its_number(tab, ada, sent):
    answer = htmx_of(ada).post(to_tab(tab, "lines", sent.id), {"quantity": "3"})

    sent.refresh_from_db()
    assert (answer.status_code, sent.quantity) == (409, 1)
    assert "The bar has this already." in answer.content.decode()


@pytest.mark.parametrize("typed", [{"quantity": "0"}, {"quantity": "x"}, {"note": "x" * 121}])
def test_what_cannot_be_kept_is_asked_again(tab, ada, line, typed):
    answer = htmx_of(ada).post(to_tab(tab, "lines", line.id), typed)

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog")


def test_a_new_line_comes_off_and_asking_twice_is_no_error(tab, ada, line):
    browser = browser_of(ada)
    address = to_tab(tab, "lines", line.id, "removal")

    first = browser.post(address, follow=True)
    again = browser.post(address, follow=True)

    assert not Line.objects.filter(tab=tab).exists()
    assert "Scone with jam removed" in first.content.decode()
    assert "That is off the tab already" in again.content.decode()


def test_a_sent_line_does_not_come_off(tab, ada, sent):
    answer = htmx_of(ada).post(to_tab(tab, "lines", sent.id, "removal"))

    assert answer.status_code == 409
    assert Line.objects.filter(id=sent.id).exists()


def test_voiding_asks_why_and_names_the_amount(tab, ada, sent):
    page = browser_of(ada).get(to_tab(tab, "lines", sent.id, "void")).content.decode()

    assert "Void, take off €3.20" in page
    assert "Rung in by mistake" in page


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"why": "wrong"}, "Made wrong"),
        ({"why": "mind", "reason": "wanted cake"}, "Changed their mind: wanted cake"),
        ({"why": "else", "reason": "dropped it"}, "dropped it"),
    ],
)
def test_the_reason_stands_on_the_bill(tab, ada, sent, typed, reason):
    answer = htmx_of(ada).post(to_tab(tab, "lines", sent.id, "void"), typed)

    sent.refresh_from_db()
    assert (answer.status_code, sent.void_reason) == (200, reason)
    assert f"by Ada: {reason}" in answer.content.decode()


def test_something_else_needs_words(tab, ada, sent):
    answer = htmx_of(ada).post(to_tab(tab, "lines", sent.id, "void"), {"why": "else"})

    sent.refresh_from_db()
    assert (answer.status_code, sent.is_void) == (422, False)
    assert answer.context["form"].errors["reason"] == ["Say why; the guest can read it too."]


def test_voiding_twice_is_voiding_once(tab, ada, sent):
    browser = browser_of(ada)
    address = to_tab(tab, "lines", sent.id, "void")
    browser.post(address, {"why": "wrong"})

    answer = browser.post(address, {"why": "mind"}, follow=True)

    sent.refresh_from_db()
    assert sent.void_reason == "Made wrong"
    assert "was voided already" in answer.content.decode()


def test_a_line_of_another_tab_is_not_there(tab, ada):
    for parts in (("lines", uuid4()), ("lines", uuid4(), "void")):
        assert browser_of(ada).get(to_tab(tab, *parts)).status_code == 404
