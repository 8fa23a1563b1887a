"""A bill that a company pays: by card or by transfer, under a number of its own."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.models import Message, Tab, TabEvent
from orders.services import venues
from payments.models import CheckoutAttempt
from payments.rules.accounts import CounterMethod
from payments.selectors import receipts
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db
IBAN = "KW81 CBKU 0000 0000 0000 1234 5601 01"
PRESSED = {"mode": "all", "tip": "0", "shown": "325500"}


@pytest.fixture
def studio(northfold):
    """Northfold takes transfers."""
    northfold.bank_holder = "Northfold Studio W.L.L."
    northfold.bank_account = IBAN.replace(" ", "")
    northfold.bank_name = "CBKUKWKW"
    northfold.save()
    return northfold


@pytest.fixture
def asked(studio, yousef):
    """KWD 325.500 are asked for: 310 for a day taxed at 5 per cent and a call that is not."""
    taxed = venues.add_tax_rate(venue=studio, name="VAT", rate=Decimal(5))
    items = [
        factories.make_item(studio, "Design day", 310_000, tax=taxed),
        factories.make_item(studio, "Discovery call", 0),
    ]
    tab = factories.make_tab(studio, yousef, *items, email="imani@clarke.example")
    return closing.close_and_request(tab_id=tab.id, by=yousef, now=EVENING)


@pytest.fixture
def bill_page(asked):
    return f"/p/{asked.token}/"


def words_of(answer):
    text = answer.content.decode()
    assert "{%" not in text
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").split())


def transfer(tab, minor):
    taken = Taken(
        method=CounterMethod.BANK_TRANSFER,
        amount=Money(minor, tab.currency),
        tip=Money.zero(tab.currency),
    )
    counter.record_counter_payment(
        tab_id=tab.id, by=tab.opened_by, taken=taken, request_key=str(minor), now=SOON
    )


def test_the_page_shows_where_a_transfer_goes_and_its_reference(client, bill_page, asked):
    words = words_of(client.get(bill_page))

    assert "Account holder Northfold Studio W.L.L." in words
    assert f"IBAN {IBAN}" in words
    assert "BIC or bank CBKUKWKW" in words
    assert f"Reference TAB-{asked.tab.number}" in words
    assert "Pay by Friday 20 March , 14 days from now." in words


def test_a_place_without_an_account_offers_no_transfer(client, page):
    text = client.get(page).content.decode()

    assert "Bank transfer" not in text
    assert 'name="way"' not in text
    assert 'name="purchase_order"' not in text


def test_an_account_that_is_no_iban_is_not_called_one(client, bill_page, studio):
    studio.bank_account = "110-234-567890"
    studio.save()

    words = words_of(client.get(bill_page))

    assert "Account 110-234-567890" in words
    assert "IBAN" not in words


def test_choosing_a_transfer_opens_no_card_page(client, bill_page, book):
    answer = client.post(f"{bill_page}payments/", PRESSED | {"way": "bank"})

    assert (answer.status_code, answer["Location"]) == (303, f"{bill_page}?way=bank")
    assert re.search(r'value="bank" checked', client.get(answer["Location"]).content.decode())
    assert book.calls == []
    assert not CheckoutAttempt.objects.exists()


def test_pressing_pay_notes_the_number_and_goes_to_the_card_page(client, bill_page, book, asked):
    answer = client.post(f"{bill_page}payments/", PRESSED | {"purchase_order": " PO-4711 "})

    assert answer["Location"] == "https://pages.example/cs_1"
    assert book.charges == {"cs_1": Money(325_500, "KWD")}
    assert Tab.objects.get(id=asked.tab.id).purchase_order == "PO-4711"


def test_the_number_is_kept_before_a_transfer_and_shown_from_then_on(client, bill_page, asked):
    for _press in range(2):
        client.post(f"{bill_page}payments/", {"way": "bank", "purchase_order": "PO-4711"})

    text = client.get(bill_page).content.decode()
    assert "<dt>Purchase order</dt><dd>PO-4711</dd>" in text
    assert 'name="purchase_order"' not in text
    assert TabEvent.objects.filter(tab=asked.tab, kind="purchase_order_set").count() == 1


def test_a_number_that_is_there_is_not_written_over(client, bill_page, book, asked):
    Tab.objects.filter(id=asked.tab.id).update(purchase_order="PO-1")

    answer = client.post(f"{bill_page}payments/", PRESSED | {"purchase_order": "PO-2"})

    assert answer.status_code == 409
    assert "There is a purchase order number already" in answer.content.decode()
    assert "<dd>PO-1</dd>" in answer.content.decode()
    assert book.calls == []
    assert Tab.objects.get(id=asked.tab.id).purchase_order == "PO-1"


def test_a_number_too_long_is_said_beside_its_field(client, bill_page, book):
    answer = client.post(f"{bill_page}payments/", PRESSED | {"purchase_order": "4" * 41})

    assert answer.status_code == 422
    assert 'id="id_purchase_order_error"' in answer.content.decode()
    assert book.calls == []


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_mail_tells_the_account_and_the_number(asked, part):
    Tab.objects.filter(id=asked.tab.id).update(purchase_order="PO-4711")
    mail = closing.requests.resend_link(tab_id=asked.tab.id, by=asked.tab.opened_by, now=SOON)

    words = " ".join(re.sub(r"<[^>]+>", " ", getattr(mail, part)).replace(":", "").split())

    assert "Purchase order PO-4711" in words
    assert f"IBAN {IBAN}" in words
    assert f"Reference TAB-{asked.tab.number}" in words


def test_a_mail_of_a_place_without_an_account_says_nothing_of_it(closed_tab):
    mail = Message.objects.get(tab=closed_tab, kind="payment_link")

    assert "transfer" not in mail.text + mail.html
    assert "Purchase order" not in mail.text + mail.html


def test_a_transfers_receipt_says_number_tax_and_total(client, asked, bill_page):
    Tab.objects.filter(id=asked.tab.id).update(purchase_order="PO-4711")
    transfer(asked.tab, 325_500)
    paper = receipts.list_of(tab=asked.tab)[0]

    words = words_of(client.get(f"{bill_page}receipts/{paper.receipt.id}/"))

    assert "Before VAT KWD 310.000 VAT at 5% KWD 15.500 Tab total KWD 325.500" in words
    assert "Including" not in words
    assert "How Bank transfer" in words
    assert "Purchase order PO-4711" in words
    mail = Message.objects.get(tab=asked.tab, kind="receipt")
    assert "Purchase order: PO-4711" in mail.text
    assert "PO-4711" in mail.html
    assert "VAT at 5%" in mail.text


def test_a_part_says_the_tax_inside_it_as_well(client, asked, bill_page):
    transfer(asked.tab, 100_000)
    paper = receipts.list_of(tab=asked.tab)[0]

    words = words_of(client.get(f"{bill_page}receipts/{paper.receipt.id}/"))

    assert "VAT at 5% KWD 15.500 Tab total" in words
    assert "Including VAT at 5% on KWD 95.2" in words


def test_receipts_of_yesterday_can_still_be_read(asked):
    transfer(asked.tab, 325_500)
    receipt = asked.tab.receipts.get()
    for added in ("purchase_order", "subtotal_minor", "taxes_on_top"):
        del receipt.content[added]
    for line in receipt.content["lines"]:
        del line["is_chosen"]

    paper = receipts.read(receipt)

    assert (paper.purchase_order, paper.taxes_on_top, paper.chosen) == ("", (), ())
    assert paper.total == Money(325_500, "KWD")
