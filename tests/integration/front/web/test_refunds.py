"""Giving money back from the tab's page: what is offered, counted, refused, and shown after."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from config.kernel import clock
from config.kernel.money import Money
from payments.gateway.errors import NotRefundable, OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import Refund
from payments.services import closing, reconciliation
from tests import fakes
from tests.conftest import EVENING
from tests.factories import give_back, make_tab, pay_by_card
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.fixture
def payment(tab, ada):
    """A scone at 3.20, and 50 cents for the team."""
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    return pay_by_card(tab, minor=320, tip=50)


@pytest.fixture
def address(tab, payment):
    return to_tab(tab, "payments", payment.id, "refund")


def typed(**changes):
    words = {"what": "all", "shown": "320", "reason": "Cold", "request_key": uuid4().hex}
    return words | changes


def test_a_manager_is_offered_it_and_staff_are_not(niamh, ada, tab, address):
    assert address in browser_of(niamh).get(to_tab(tab)).content.decode()
    assert address not in browser_of(ada).get(to_tab(tab)).content.decode()


def test_the_dialog_names_the_amount_on_its_button(niamh, address):
    answer = htmx_of(niamh).get(address)

    assert answer["HX-Retarget"] == "#money-dialog"
    assert "Give €3.20 back" in answer.content.decode()


def test_the_dialog_says_that_a_tab_paid_in_part_does_not_ask_again(niamh, ada, tab):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    part = pay_by_card(tab, minor=160)

    text = htmx_of(niamh).get(to_tab(tab, "payments", part.id, "refund")).content.decode()

    assert "The tab does not ask for it again." in text
    assert "stays settled" not in text


def test_all_of_it_goes_back_and_the_page_says_so(niamh, tab, address, book):
    browser = browser_of(niamh)

    answer = browser.post(address, typed())
    page = browser.get(to_tab(tab)).content.decode()

    assert answer.status_code == 303
    assert book.given_back == [Money(320, "EUR")]
    assert "€3.20 given back" in page
    assert "€3.20 is on its way back to the card" in page


def test_pressed_twice_it_goes_once(niamh, address, book):
    browser, words = browser_of(niamh), typed()

    answers = [browser.post(address, words).status_code for _press in range(2)]

    assert answers == [303, 303]
    assert book.given_back == [Money(320, "EUR")]


def test_another_amount_than_the_button_said_is_shown_first(niamh, address, book):
    browser = browser_of(niamh)
    words = typed(what="amount", amount="1.20", tip="0.50")

    first = browser.post(address, words)
    then = browser.post(address, words | {"shown": "170"})

    assert (first.status_code, then.status_code) == (409, 303)
    assert "Give €1.70 back" in first.content.decode()
    assert "Nothing was given back yet" in first.content.decode()
    assert book.given_back == [Money(170, "EUR")]
    assert Refund.objects.get().tip == Money(50, "EUR")


def test_ticked_lines_go_back(niamh, tab, address, book):
    line = tab.lines.get()

    answer = browser_of(niamh).post(address, typed(what="lines", line=str(line.id)))

    assert answer.status_code == 303
    assert Refund.objects.get().lines.get().line == line
    assert book.given_back == [Money(320, "EUR")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Say why; the guest can read it too."),
        ({"what": "lines"}, "Tick what is to be given back."),
        ({"what": "amount"}, "Say how much."),
        ({"what": "amount", "amount": "-1"}, "The amount must be more than zero."),
        ({"what": "everything"}, "everything is not one of the available choices."),
        ({"line": str(uuid4())}, "is not one of the available choices."),
    ],
)
def test_what_was_typed_wrongly_stays_in_the_form(niamh, address, book, changes, said):
    answer = browser_of(niamh).post(address, typed(**changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert book.given_back == []


def test_more_than_is_left_is_refused_with_what_is(niamh, address, payment, book):
    give_back(payment, by=niamh, minor=300)
    words = typed(what="amount", amount="0.30", shown="30")

    answer = browser_of(niamh).post(address, words)

    assert answer.status_code == 409
    assert "Only €0.20 of this can still be given back." in answer.content.decode()
    assert book.given_back == [Money(300, "EUR")]


def test_when_stripe_says_no_the_dialog_says_what_happened_to_the_money(niamh, address, book):
    book.fail_before.append(NotRefundable("charge_disputed"))

    answer = browser_of(niamh).post(address, typed())

    assert answer.status_code == 409
    assert "nothing was given back" in answer.content.decode()


def test_without_an_answer_the_page_says_that_it_is_asked(niamh, tab, address, book):
    book.fail_after.append(OutcomeUnknown("lost"))
    browser = browser_of(niamh)

    browser.post(address, typed())
    page = browser.get(to_tab(tab)).content.decode()

    assert "Stripe has not answered yet" in page
    assert "€3.20 goes back at most once" in page


def test_slow_and_failed_ones_are_told_apart(niamh, tab, payment, book):
    book.refund_status = RefundStatus.PENDING
    give_back(payment, by=niamh)
    slow = browser_of(niamh).get(to_tab(tab)).content.decode()

    book.move_refund("re_1", RefundStatus.FAILED)
    reconciliation.check_refunds(now=SOON)
    failed = browser_of(niamh).get(to_tab(tab)).content.decode()

    assert "€1.00 on its way back" in slow
    assert "A refund of €1.00 did not arrive; the money is here" in failed


def test_a_payment_of_another_tab_is_not_there(niamh, payment, larkspur, ada, scone):
    other = make_tab(larkspur, ada, scone)

    answer = browser_of(niamh).post(to_tab(other, "payments", payment.id, "refund"), typed())

    assert answer.status_code == 404
