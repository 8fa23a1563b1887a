"""Staff print a receipt and send it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.money import Money
from orders.models import Message
from payments.models import Receipt
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.paper import words_of
from tests.software import Software
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def soon(monkeypatch, settings):
    """Doors read the clock; here it stands still, and the processor is in memory."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"


@pytest.fixture
def pay(larkspur, ada, scone):
    """The receipt of a tab paid in cash; mailed where an address is known."""

    def make(**guest):
        tab = factories.make_tab(larkspur, ada, scone, **guest)
        closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
        taken = Taken(method=CounterMethod.CASH, amount=Money(320, "EUR"), tip=Money(0, "EUR"))
        counter.record_counter_payment(
            tab_id=tab.id, by=ada, taken=taken, request_key=str(tab.id), now=EVENING
        )
        return Receipt.objects.get(tab=tab)

    return make


def at(receipt, what):
    return f"{to_tab(receipt.tab)}receipts/{receipt.id}{what}"


def mails(receipt):
    return Message.objects.filter(tab=receipt.tab, kind="receipt")


def test_the_tab_leads_to_its_receipt_on_paper(pay, ada):
    receipt = pay()
    browser = browser_of(ada)
    page = browser.get(to_tab(receipt.tab)).content.decode()

    answer = browser.get(at(receipt, ".pdf"))

    assert at(receipt, ".pdf") in page
    assert answer["Content-Type"] == "application/pdf"
    assert f"Receipt {receipt.label}" in words_of(answer.content)


def test_a_receipt_goes_again_to_the_address_it_has(pay, ada):
    receipt = pay(email="donal@keane.example")
    asked = htmx_of(ada).get(at(receipt, "/mail/")).content.decode()

    for _press in range(2):
        answer = browser_of(ada).post(at(receipt, "/mail/"), {"email": "mallory@example.org"})

    assert "It goes to d•••@keane.example" in asked
    assert answer.status_code == 303
    assert [mail.to for mail in mails(receipt)] == ["donal@keane.example"] * 2


def test_a_receipt_without_an_address_gets_one(pay, ada):
    receipt = pay()
    answer = browser_of(ada).post(at(receipt, "/mail/"), {"email": "grace@example.org"})

    receipt.refresh_from_db()
    assert answer.status_code == 303
    assert receipt.email == "grace@example.org"
    assert [mail.to for mail in mails(receipt)] == ["grace@example.org"]


@pytest.mark.parametrize("email", ["", "nobody", "a@b.example\r\nBcc: c@d.example"])
def test_what_is_no_address_is_said_beside_the_field(pay, ada, email):
    receipt = pay()

    answer = browser_of(ada).post(at(receipt, "/mail/"), {"email": email})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()
    assert not mails(receipt).exists()


@pytest.mark.parametrize("what", [".pdf", "/mail/"])
def test_a_receipt_of_another_tab_is_not_there(pay, ada, tab, what):
    receipt = pay()

    assert browser_of(ada).get(f"{to_tab(tab)}receipts/{receipt.id}{what}").status_code == 404


def test_software_finds_the_receipt_prints_and_mails_it(pay, ada):
    receipt = pay()
    till = Software(ada)
    told = till.get(f"tabs/{receipt.tab_id}/").json()["payments"][0]
    path = f"tabs/{receipt.tab_id}/receipts/{told['receipt_id']}/"

    printed = till.get(path)
    refused = till.post(f"{path}mail/", {})
    mailed = [till.post(f"{path}mail/", {"email": "g@example.org"}, key="once") for _ in range(2)]

    assert (told["receipt"], told["receipt_id"]) == (receipt.label, str(receipt.id))
    assert printed["Content-Type"] == "application/pdf"
    assert receipt.label in words_of(printed.content)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_address")
    assert [answer.json() for answer in mailed] == [{"to": "g•••@example.org"}] * 2
    assert mails(receipt).count() == 1
