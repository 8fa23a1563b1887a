"""What a guest is told while money goes back: where it is, truly, and what to do."""

from __future__ import annotations

import pytest

from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import Payment
from payments.rules.attempt_states import AttemptState
from payments.services import overpayments, reconciliation, snapshots
from tests.factories import give_back
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(open_page, book):
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    return snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON).payment


@pytest.fixture
def crossed(open_page, book, closed_tab):
    """Two payers paid all of it; the second was not needed."""
    pages = []
    for payer in ("first", "second"):
        attempt = open_page(payer=payer)
        attempt.move_to(AttemptState.EXPIRED)
        book.pay(attempt.session_id, at=SOON)
        pages.append(book.pages[attempt.session_id])
    for page in pages:
        snapshots.apply_checkout(page, now=SOON)
    return closed_tab


@pytest.fixture
def text_of(client, page):
    """The words of the tab's own page, and of a payment's thanks."""

    def read(payment=None):
        where = f"{page}paid/{payment.attempt_id}/" if payment else page
        return client.get(where).content.decode()

    return read


def test_a_refund_is_shown_beside_the_settled_tab(text_of, payment, niamh):
    give_back(payment, by=niamh, minor=500)

    for text in (text_of(), text_of(payment)):
        assert "€5.00 went back to the card" in text
        assert "Cold coffee. Since Friday 6 March 2026. Banks take up to 10 days" in text
    assert "This tab is settled" in text_of()


@pytest.mark.parametrize("way", ["slow", "unanswered"])
def test_one_that_is_not_there_yet_is_on_its_way(text_of, payment, book, niamh, way):
    if way == "slow":
        book.refund_status = RefundStatus.PENDING
    else:
        book.fail_after.append(OutcomeUnknown("lost"))
    give_back(payment, by=niamh, minor=500)

    text = text_of()

    assert "€5.00 is on its way back to the card" in text
    assert "went back" not in text


def test_one_that_failed_says_whose_money_it_is_and_what_to_do(text_of, payment, book, niamh):
    give_back(payment, by=niamh, minor=500)
    book.move_refund("re_1", RefundStatus.FAILED)
    reconciliation.check_refunds(now=LATER)
    failed = text_of()

    give_back(payment, by=niamh, minor=500, key="again", now=LATER)

    assert "€5.00 could not go back to the card" in failed
    assert "It is still yours: speak to us." in failed
    assert "could not go back" not in text_of()


def test_what_crossed_goes_back_and_is_said_to(text_of, crossed):
    planned = text_of()

    overpayments.send_planned(now=SOON)

    assert "€21.80 is on its way back to the card" in planned
    assert "more than the tab" not in planned
    assert "€21.80 went back to the card" in text_of()
    assert "Two payments crossed, and this one was not needed." in text_of()


def test_where_it_is_done_by_hand_the_page_promises_no_more(text_of, larkspur, open_page, request):
    larkspur.refunds_excess = False
    larkspur.save(update_fields=["refunds_excess"])
    request.getfixturevalue("crossed")

    text = text_of(Payment.objects.first())

    assert "€21.80 more than the tab came in" in text
    assert "is on its way back" not in text
