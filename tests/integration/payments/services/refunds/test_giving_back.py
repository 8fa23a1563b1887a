"""Money that goes back: how much, to the unit, and told to whom."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from orders.rules.roles import NotAllowed, Role
from orders.rules.texts import ReasonMissing
from payments.rules.accounts import Account
from payments.rules.refund_states import RefundState
from payments.rules.refunding import MoreThanLeft, RefundUnclear
from payments.selectors import balances
from payments.services import (
    checkout,
    closing,
    refunds,
    snapshots,
)
from payments.services.refunds import LineGivenBack, RefundWish
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.services.refunds.conftest import account

pytestmark = pytest.mark.django_db


def test_all_of_it_goes_back_and_the_tab_stays_settled(give_back, book, closed_tab):
    made = give_back(2180, 218)

    closed_tab.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert book.given_back == [Money(2398, "EUR")]
    assert closed_tab.is_settled
    assert balances.get_standing(closed_tab).balance.is_zero
    assert account(Account.CLEARING, closed_tab) == 0
    assert account(Account.TIPS, closed_tab) == 0
    assert account(Account.SALES_RETURNS, closed_tab) == 2180


def test_parts_add_up_to_what_was_captured_and_no_more(give_back, book):
    give_back(720)
    give_back(1460, 100)

    with pytest.raises(MoreThanLeft) as refused:
        give_back(1)
    with pytest.raises(MoreThanLeft):
        give_back(0, 119)
    give_back(0, 118)
    assert refused.value.facts["left"] == Money(0, "EUR")
    assert sum(each.minor for each in book.given_back) == 2398


def test_the_tax_inside_goes_back_with_the_sales(larkspur, ada, niamh, vat, wish, book):
    item = factories.make_item(larkspur, "Lunch", 2460, tax=vat)
    tab = factories.make_tab(larkspur, ada, item)
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    attempt = checkout.open_page(tab_id=tab.id, wish=wish(2460), now=EVENING)
    book.pay(attempt.session_id, at=SOON)
    paid = snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON).payment

    for part in (820, 820, 820):
        refunds.refund(
            payment_id=paid.id,
            by=niamh,
            role=Role.MANAGER,
            wish=RefundWish(amount=Money(part, "EUR"), tip=Money(0, "EUR"), reason="Too salty"),
            request_key=str(uuid4()),
            now=LATER,
        )

    assert account(Account.TAX, tab) == 0
    assert account(Account.SALES, tab) + account(Account.SALES_RETURNS, tab) == 0


def test_chosen_lines_go_back_at_what_they_came_to_once(give_back, closed_tab, book):
    line = closed_tab.lines.get()

    made = give_back(0, line_ids=(line.id,))

    assert made.amount == Money(2180, "EUR")
    assert made.lines.get().line_id == line.id
    with pytest.raises(LineGivenBack):
        give_back(0, line_ids=(line.id,))


def test_a_line_of_another_tab_cannot_be_had(give_back, tab):
    with pytest.raises(LineGivenBack):
        give_back(0, line_ids=(tab.lines.get().id,))


def test_staff_may_not_give_money_back(give_back, ada, book):
    with pytest.raises(NotAllowed):
        give_back(by=ada, role=Role.STAFF)
    assert book.given_back == []


def test_a_reason_is_needed(give_back):
    with pytest.raises(ReasonMissing):
        give_back(reason="   ")


@pytest.mark.parametrize(
    ("bill", "tip", "currency"), [(0, 0, "EUR"), (-5, 0, "EUR"), (500, -5, "EUR"), (5, 0, "KRW")]
)
def test_no_amount_at_all_is_refused(give_back, bill, tip, currency):
    with pytest.raises(RefundUnclear):
        give_back(bill, tip, currency=currency)


def test_the_same_press_twice_gives_back_once(give_back, book):
    first = give_back(500, key="press")
    again = give_back(500, key="press")

    assert again == first
    assert book.given_back == [Money(500, "EUR")]


def test_the_guest_is_told_what_went_back_why_and_where_to(give_back, payment):
    made = give_back(720, 100)

    note = Message.objects.get(kind="refund_note")
    assert note.to == payment.email
    assert note.subject == "€8.20 is on its way back from Larkspur Coffee"
    for part in (note.text, note.html):
        assert "Visa ending 4242" in part
        assert "Cold coffee" in part
        assert "€1.00" in part
    assert note.link_path == "/p/[token]/"
    assert note.source_key == f"refund:{made.id}"


def test_history_says_who_gave_back_what(give_back, niamh):
    give_back(720)

    asked, made = TabEvent.objects.filter(kind__startswith="refund").order_by("id")
    assert (asked.kind, made.kind) == ("refund_requested", "refund")
    assert (made.by, made.data["amount_minor"]) == (niamh, 720)
    assert made.data["reason"] == "Cold coffee"
