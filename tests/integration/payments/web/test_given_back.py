"""A receipt after money went back: the page, the paper and the mail sent again say so."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from orders.models import Message
from orders.rules.roles import Role
from orders.services import links
from payments.models import Receipt, Refund
from payments.rules.refund_states import RefundState
from payments.selectors import papers, receipts
from payments.services import receipts as services
from payments.services import refunds, snapshots
from payments.services.refunds import RefundWish
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON
from tests.paper import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(open_page, book):
    """Of 21.80 and a tip of 2.18, paid by card."""
    attempt = open_page(2398, tip=218, email="payer@example.org")
    book.pay(attempt.session_id, at=SOON)
    snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON)
    return Receipt.objects.get()


@pytest.fixture
def give_back(receipt, niamh):
    def make(bill, tip=0):
        wish = RefundWish(
            amount=Money(bill, "EUR"), tip=Money(tip, "EUR"), reason="Cold coffee", line_ids=()
        )
        return refunds.refund(
            payment_id=receipt.payment_id,
            by=niamh,
            role=Role.MANAGER,
            wish=wish,
            request_key=f"k{bill}",
            now=LATER,
        )

    return make


def words_on(receipt):
    paper = receipts.find(tab=receipt.tab, receipt_id=receipt.id)
    return words_of(papers.print_receipt(paper, venue=receipt.venue))


def page_of(client, receipt):
    token = links.mint(tab_id=receipt.tab_id, now=EVENING)
    answer = client.get(f"/p/{token}/receipts/{receipt.id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_said_while_nothing_went_back(client, receipt):
    assert "Given back" not in words_on(receipt)
    assert "Given back" not in page_of(client, receipt)


def test_a_part_that_went_back_stands_below_what_was_paid(client, receipt, give_back):
    give_back(500)
    give_back(380, 100)

    words, page = words_on(receipt), page_of(client, receipt)

    assert "You paid €23.98" in words
    assert words.count("Given back, Fri 6 Mar") == page.count("Given back, Fri 6 Mar") == 2
    assert "\u2212€5.00" in words
    assert "\u2212€4.80" in words
    assert "Paid after that €14.18" in words
    assert "€14.18" in page
    assert 'data-state="paid"' in page


def test_all_of_it_gone_changes_the_stamp(client, receipt, give_back):
    give_back(2180, 218)

    assert "Paid after that €0.00" in words_on(receipt)
    assert ">Given back</span>" in page_of(client, receipt)
    assert 'data-state="paid"' not in page_of(client, receipt)


def test_what_came_to_nothing_is_not_said(receipt, give_back):
    give_back(500)
    Refund.objects.update(state=RefundState.FAILED)

    assert "Given back" not in words_on(receipt)


def test_the_mail_sent_again_says_it_too(receipt, give_back):
    give_back(500)

    mail = services.send_again(receipt_id=receipt.id, now=LATER)

    assert Message.objects.filter(kind="receipt").count() == 2
    for part in (mail.text, mail.html):
        assert "Given back" in part
        assert "€18.98" in part
