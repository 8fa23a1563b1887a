"""On the house after the bill was asked for: the books, the request and the pages follow."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.models import Reduction
from orders.rules.reductions import NothingToReduce, ReductionKind
from orders.rules.roles import Role
from orders.rules.tab_states import TabNotOpen
from orders.services.reductions import ReductionUnknown, Wanted
from payments.gateway.errors import OutcomeUnknown
from payments.gateway.snapshots import PageStatus
from payments.models import LedgerEntry
from payments.rules.accounts import Account, CounterMethod
from payments.selectors import balances
from payments.services import counter, reducing
from payments.services.counter import Taken
from payments.services.pages import GatewayAway
from payments.services.reasking import MoreWasPaid, PaymentUnderWay
from payments.services.requests import NotOwing
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(closed_tab, niamh):
    """Takes per cent, or an amount, off the closed tab of €21.80."""

    def make(amount=None, *, percent=None, **what):
        wanted = Wanted(
            kind=ReductionKind.DISCOUNT,
            reason="The wait was long",
            amount=Money(amount, "EUR") if amount else None,
            percent=Decimal(percent) if percent else None,
            **what,
        )
        return reducing.reduce_tab(
            tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, now=SOON, wanted=wanted
        )

    return make


def pay(tab, by, minor, key="key"):
    zero = Money.zero("EUR")
    taken = Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=zero)
    counter.record_counter_payment(tab_id=tab.id, by=by, taken=taken, request_key=key, now=SOON)


def balance(account):
    return LedgerEntry.objects.all().balance_of(account, "EUR").minor


def test_what_is_asked_for_follows(closed_tab, give):
    give(180)

    closed_tab.refresh_from_db()
    standing = balances.get_standing(closed_tab)
    live = closed_tab.payment_requests.get(state="pending")
    assert (closed_tab.status, closed_tab.total_minor, standing.balance.minor) == (
        "closed", 2000, 2000,
    )  # fmt: skip
    assert (live.amount_minor, live.email, live.due_at) == (
        2000, "donal@example.org", closed_tab.due_at,
    )  # fmt: skip
    assert balance(Account.RECEIVABLE) == 2000
    assert closed_tab.messages.count() == 1


def test_it_is_taken_back_to_the_unit(closed_tab, give, niamh):
    made = give(180)

    reducing.withdraw(tab_id=closed_tab.id, reduction_id=made.id, by=niamh, now=LATER)

    closed_tab.refresh_from_db()
    assert (closed_tab.total_minor, balance(Account.RECEIVABLE), balance(Account.SALES)) == (
        2180, 2180, -2180,
    )  # fmt: skip


def test_pages_that_are_open_are_closed_first(give, open_page, book):
    open_page()

    give(180)

    assert book.pages["cs_1"].status == PageStatus.EXPIRED


def test_a_page_nobody_can_close_leaves_everything_as_it_was(give, open_page, book, closed_tab):
    open_page()
    book.fail_before.append(OutcomeUnknown("timeout"))

    with pytest.raises(GatewayAway):
        give(180)

    assert balances.get_standing(closed_tab).balance.minor == 2180


def test_somebody_who_is_paying_is_not_disturbed(give, open_page, closed_tab):
    attempt = open_page()
    attempt.move_to("processing")

    with pytest.raises(PaymentUnderWay):
        give(180)

    assert Reduction.objects.count() == 0


def test_a_part_payment_stays_and_what_is_left_is_less(closed_tab, ada, give):
    pay(closed_tab, ada, 1000)

    give(180)

    standing = balances.get_standing(closed_tab.__class__.objects.get(id=closed_tab.id))
    assert (standing.paid.minor, standing.balance.minor) == (1000, 1000)


def test_a_tab_that_is_paid_by_it_is_settled(closed_tab, ada, give):
    pay(closed_tab, ada, 2000)

    give(180)

    closed_tab.refresh_from_db()
    assert (closed_tab.status, balance(Account.RECEIVABLE)) == ("settled", 0)


def test_all_of_it_on_the_house_settles_the_tab(closed_tab, give):
    give(percent="100")

    closed_tab.refresh_from_db()
    assert (closed_tab.status, closed_tab.total_minor, balance(Account.RECEIVABLE)) == (
        "settled", 0, 0,
    )  # fmt: skip
    assert not closed_tab.payment_requests.filter(state="pending").exists()


def test_less_than_was_paid_is_refused(closed_tab, ada, give):
    pay(closed_tab, ada, 2000)

    with pytest.raises(MoreWasPaid):
        give(181)

    closed_tab.refresh_from_db()
    assert (closed_tab.total_minor, balance(Account.RECEIVABLE)) == (2180, 180)


def test_a_settled_tab_is_refused(closed_tab, ada, give):
    pay(closed_tab, ada, 2180)

    with pytest.raises(TabNotOpen):
        give(180)


def test_a_tab_settled_at_this_very_moment_is_refused(closed_tab, ada, niamh):
    pay(closed_tab, ada, 2180)

    with pytest.raises(NotOwing):
        reducing._withdraw_closed(  # Two steps, and the tab changed in between.
            closed_tab.id, reduction_id=closed_tab.id, by=niamh, now=SOON
        )


def test_an_open_tab_needs_no_books(open_tab, niamh):
    wanted = Wanted(kind=ReductionKind.COMP, reason="A kindness")
    made = reducing.reduce_tab(
        tab_id=open_tab.id, by=niamh, role=Role.MANAGER, now=SOON, wanted=wanted
    )
    reducing.withdraw(tab_id=open_tab.id, reduction_id=made.id, by=niamh, now=SOON)

    assert LedgerEntry.objects.count() == 0


def test_the_same_request_again_takes_nothing_more(closed_tab, give):
    first, again = give(180, request_key="once"), give(180, request_key="once")

    closed_tab.refresh_from_db()
    assert (first, closed_tab.total_minor, closed_tab.closings) == (again, 2000, 2)


def test_refusals_of_orders_leave_the_books_alone(closed_tab, give, niamh):
    with pytest.raises(NothingToReduce):
        give(percent="0.01")
    with pytest.raises(ReductionUnknown):
        reducing.withdraw(tab_id=closed_tab.id, reduction_id=closed_tab.id, by=niamh, now=SOON)

    assert LedgerEntry.objects.count() == 1
