"""A deposit taken towards the bill, and the lists that name what is held."""

from __future__ import annotations

import pytest

from deposits.rules.deposit_states import DepositState
from deposits.selectors import deposits as deposits_of
from deposits.services import (
    arrivals,
    closing,
)
from orders.models import Message
from payments.gateway.errors import OutcomeUnknown
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import NOW, VISIT
from tests.integration.deposits.depositing import HOUR, MINUTE, pass_time
from tests.integration.deposits.services.deposits.conftest import state_of, won


# --- The visit
@pytest.fixture
def visit(odile, sora, held):
    """Maeve is here; her tab is open."""
    booking = arrivals.arrive(booking_id=held.id, by=sora, now=VISIT)
    for line in booking.tab.lines.all():
        depositing.sign(line, by=sora, now=VISIT)
    return booking


def test_the_deposit_pays_a_part_of_the_bill(visit, sora, book):
    closed = closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)

    assert (state_of(visit), book.taken) == (DepositState.APPLIED, [won(11_000)])
    assert closed.request.amount == won(55_000)
    link = Message.objects.filter(tab_id=visit.tab_id, kind="payment_link").get()
    assert "44,000" in link.text


def test_without_an_outcome_the_link_waits_two_minutes_and_no_longer(visit, sora, book):
    book.away.update({"capture", "get_payment"})
    closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)
    links = Message.objects.filter(tab_id=visit.tab_id, kind="payment_link")
    at_once = links.count()

    closing.send_links_that_wait(now=VISIT + HOUR + MINUTE)
    early = links.count()
    closing.send_links_that_wait(now=VISIT + HOUR + 2 * MINUTE)

    assert (at_once, early, links.count()) == (0, 0, 1)


def test_a_lost_answer_to_the_capture_takes_once(visit, sora, book):
    book.fail_after.append(OutcomeUnknown("lost"))
    closing.close_and_request(tab_id=visit.tab_id, by=sora, now=VISIT + HOUR)

    pass_time(VISIT + HOUR + 3 * MINUTE)

    assert (state_of(visit), book.taken) == (DepositState.APPLIED, [won(11_000)])


def test_a_tab_without_a_deposit_is_closed_as_ever(chair, sora):
    for line in chair.lines.all():
        depositing.sign(line, by=sora, now=NOW)

    closed = closing.close_and_request(tab_id=chair.id, by=sora, now=NOW, email="m@example.org")

    assert Message.objects.filter(tab=closed.tab, kind="payment_link").count() == 1


# --- What pages need
def test_the_panels_name_what_is_held_and_what_waits(odile, missed):
    deposit = depositing.of(missed)

    assert list(deposits_of.list_held(odile)) == [deposit]
    assert list(deposits_of.list_to_sort_out(odile)) == [deposit]
    assert deposits_of.sum_held(odile) == won(11_000)
