"""Money that goes back: how much, to the unit, told to whom, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.models import Message, TabEvent
from orders.rules.roles import NotAllowed, Role
from orders.rules.texts import ReasonMissing
from payments.gateway.errors import NotRefundable, OutcomeUnknown
from payments.gateway.snapshots import RefundStatus
from payments.models import GatewayOperation, LedgerEntry, Refund
from payments.rules.accounts import Account
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.rules.refunding import MoreThanLeft, RefundUnclear
from payments.selectors import balances
from payments.services import (
    accounts,
    checkout,
    closing,
    reconciliation,
    refund_news,
    refunds,
    refused_accounts,
    snapshots,
)
from payments.services.marks import NotOurs
from payments.services.refunds import LineGivenBack, RefundRefused, RefundWish
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(open_page, book):
    """21.80 and a tip of 2.18, paid by card."""
    attempt = open_page(2398, tip=218)
    book.pay(attempt.session_id, at=SOON)
    return snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON).payment


@pytest.fixture
def give_back(payment, niamh):
    """Niamh, a manager, gives back; all of the bill unless said otherwise."""

    def make(bill=2180, tip=0, *, by=niamh, role=Role.MANAGER, now=LATER, **more):
        currency = more.pop("currency", "EUR")
        wish = RefundWish(
            amount=Money(bill, currency),
            tip=Money(tip, currency),
            reason=more.pop("reason", "Cold coffee"),
            line_ids=more.pop("line_ids", ()),
        )
        key = more.pop("key", None) or str(uuid4())
        return refunds.refund(
            payment_id=payment.id, by=by, role=role, wish=wish, request_key=key, now=now, **more
        )

    return make


def account(name, tab):
    return LedgerEntry.objects.for_tab(tab.id).balance_of(name, tab.currency).minor


def hear(book, payment, refund_id):
    gateway = accounts.gateway_of(payment.account)
    heard = refund_news.ask(book.refunds[refund_id], payment.account, gateway)
    return refund_news.hear(heard, account=payment.account, now=LATER)


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


def test_without_an_answer_it_stays_asked_for_and_is_found_later(give_back, book, closed_tab):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))

    made = give_back(500)

    assert made.state == RefundState.REQUESTED
    assert account(Account.CLEARING, closed_tab) == 2398
    with pytest.raises(MoreThanLeft):
        give_back(1681)
    reconciliation.resolve_operations(now=LATER + timedelta(minutes=2))
    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert book.given_back == [Money(500, "EUR")]
    assert account(Account.CLEARING, closed_tab) == 1898


def test_after_a_day_it_is_looked_up_and_never_sent_again(give_back, book):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    made = give_back(500)
    book.calls.clear()

    reconciliation.resolve_operations(now=LATER + timedelta(hours=21))

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert "refund" not in book.calls


def test_one_stripe_never_saw_is_asked_for_under_a_new_key_after_a_day(give_back, book):
    book.fail_before.append(OutcomeUnknown("nothing arrived"))
    made = give_back(2180)

    reconciliation.resolve_operations(now=LATER + timedelta(hours=21))
    meanwhile = Refund.objects.get().state
    for minute in (2, 4):
        reconciliation.resolve_operations(now=LATER + timedelta(hours=21, minutes=minute))

    made.refresh_from_db()
    keys = GatewayOperation.objects.order_by("seq").values_list("seq", "state")
    assert (meanwhile, made.state) == (RefundState.REQUESTED, RefundState.SUCCEEDED)
    assert list(keys.filter(kind="refund")) == [(1, "failed"), (2, "done")]
    assert book.given_back == [Money(2180, "EUR")]
    assert not Message.objects.filter(kind="refund_failed").exists()


def test_when_stripe_says_no_nothing_was_given_back(give_back, book, closed_tab):
    book.fail_before.append(NotRefundable("charge_disputed"))

    with pytest.raises(RefundRefused):
        give_back(500)

    assert Refund.objects.get().state == RefundState.FAILED
    assert account(Account.CLEARING, closed_tab) == 2398
    assert TabEvent.objects.filter(kind="refund_failed").exists()
    assert not Message.objects.filter(kind="refund_note").exists()


def test_one_that_keys_were_refused_for_goes_once_they_are_taken_again(give_back, book):
    book.revoked.add("sk_test_fortests")

    asked = give_back(500)
    for hour in range(5):
        now = LATER + timedelta(hours=hour)
        reconciliation.resolve_operations(now=now)
        refused_accounts.look_after(now=now)
    waited = Refund.objects.get().state
    book.revoked.clear()
    refused_accounts.look_after(now=LATER + timedelta(hours=6))
    reconciliation.resolve_operations(now=LATER + timedelta(hours=6))

    asked.refresh_from_db()
    assert (waited, asked.state) == (RefundState.REQUESTED, RefundState.SUCCEEDED)
    assert len(book.refunds) == 1


def test_one_that_keys_were_refused_for_goes_out_however_long_that_takes(give_back, book):
    book.revoked.add("sk_test_fortests")
    asked = give_back(500)

    book.revoked.clear()
    refused_accounts.look_after(now=LATER + timedelta(days=3))
    for minute in (0, 2, 4):
        reconciliation.resolve_operations(now=LATER + timedelta(days=3, minutes=minute))

    asked.refresh_from_db()
    assert asked.state == RefundState.SUCCEEDED
    assert book.given_back == [Money(500, "EUR")]
    assert not Message.objects.filter(kind="refund_failed").exists()


def test_managers_hear_whether_a_failed_refund_had_left(give_back, book, payment, niamh):
    book.fail_before.append(NotRefundable("charge_disputed"))
    with pytest.raises(RefundRefused):
        give_back(500)
    give_back(600)
    book.move_refund("re_1", RefundStatus.FAILED)
    hear(book, payment, "re_1")

    told = Message.objects.filter(kind="refund_failed", to=niamh.email)
    [never_left] = [each.text for each in told if "€5.00" in each.text]
    [came_back] = [each.text for each in told if "€6.00" in each.text]
    assert "nothing has left your account" in " ".join(never_left.split())
    assert "The money is with you again" in " ".join(came_back.split())


def test_a_slow_one_is_pending_until_the_bank_took_it(give_back, book, payment, closed_tab):
    book.refund_status = RefundStatus.PENDING
    made = give_back(500)
    assert (made.state, made.is_underway) == (RefundState.PENDING, True)
    assert account(Account.CLEARING, closed_tab) == 1898

    book.move_refund("re_1", RefundStatus.SUCCEEDED)
    hear(book, payment, "re_1")

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert account(Account.CLEARING, closed_tab) == 1898
    assert Message.objects.filter(kind="refund_note").count() == 1


def test_one_that_comes_back_puts_the_books_right_and_tells_the_managers(
    give_back, book, payment, closed_tab, niamh, olga
):
    made = give_back(2180, 218)
    book.move_refund("re_1", RefundStatus.FAILED)

    for _delivery in range(2):
        hear(book, payment, "re_1")

    made.refresh_from_db()
    closed_tab.refresh_from_db()
    standing = balances.get_standing(closed_tab)
    assert (made.state, made.failure) == (RefundState.FAILED, "lost_or_stolen_card")
    assert account(Account.CLEARING, closed_tab) == 2398
    assert account(Account.SALES_RETURNS, closed_tab) == 0
    assert (standing.paid, standing.tips) == (Money(2180, "EUR"), Money(218, "EUR"))
    assert closed_tab.is_settled
    told = Message.objects.filter(kind="refund_failed")
    assert {each.to for each in told} == {niamh.email, olga.email}
    assert give_back(2180, 218).state == RefundState.SUCCEEDED


def test_one_made_at_stripes_desk_is_adopted_once(book, payment, closed_tab):
    book.give_back(payment.intent_id, Money(2280, "EUR"), at=SOON)

    for _delivery in range(3):
        hear(book, payment, "re_1")
        reconciliation.check_refunds(now=LATER)

    refund = Refund.objects.get()
    assert (refund.origin, refund.state) == (RefundOrigin.STRIPE, RefundState.SUCCEEDED)
    assert (refund.amount, refund.tip) == (Money(2180, "EUR"), Money(100, "EUR"))
    assert account(Account.CLEARING, closed_tab) == 118
    assert Message.objects.filter(kind="refund_note").count() == 1


def test_news_that_is_faster_than_the_answer_is_no_second_refund(give_back, book, payment):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    made = give_back(500)

    assert hear(book, payment, "re_1") == made
    reconciliation.resolve_operations(now=LATER + timedelta(minutes=2))

    made.refresh_from_db()
    assert made.state == RefundState.SUCCEEDED
    assert LedgerEntry.objects.filter(source_key__startswith="refund:").count() == 1


def test_a_refund_of_a_payment_nobody_told_us_of_brings_both(open_page, book, closed_tab):
    attempt = open_page()
    intent_id = book.pay(attempt.session_id, at=SOON)
    book.give_back(intent_id, Money(500, "EUR"), at=SOON)

    hear(book, attempt, "re_1")

    assert account(Account.CLEARING, closed_tab) == 1680


def test_a_refund_of_another_apps_payment_is_not_ours(open_page, book):
    attempt = open_page()
    page = replace(book.pages[attempt.session_id], metadata={"app": "another"})
    book.pages[attempt.session_id] = page
    intent_id = book.pay(attempt.session_id, at=SOON)
    book.give_back(intent_id, Money(500, "EUR"), at=SOON)

    with pytest.raises(NotOurs):
        hear(book, attempt, "re_1")
    assert not Refund.objects.exists()


def test_each_refund_is_one_call_of_its_own(give_back):
    give_back(100)
    give_back(100)

    calls = GatewayOperation.objects.filter(kind="refund")
    assert calls.count() == 2
    assert len({each.key for each in calls}) == 2
