"""What may happen in an evening. The more often it stands in STEPS, the likelier it is."""

from __future__ import annotations

from config.kernel.money import Money, step_of
from orders.rules.roles import Role
from orders.services import messages
from payments.gateway.snapshots import PageStatus, RefundStatus
from payments.models import CheckoutAttempt, CounterPayment, Payment
from payments.rules.accounts import CounterMethod
from payments.rules.allocation import Choice, PayMode
from payments.rules.dispute_states import DisputeState
from payments.selectors import balances, refunds
from payments.services import (
    checkout,
    closing,
    counter,
    counter_reversals,
    dispute_sweeps,
    inbox,
    overpayments,
    reconciliation,
    reminder_choices,
    reminders,
    reopening,
)
from payments.services import refunds as giving_back
from payments.services.checkout import Wish
from payments.services.counter import Taken
from payments.services.refunds import RefundWish
from tests.fakes.disputes import decide, open_dispute
from tests.simulation.evening import MOST_TABS

PAYERS = ("aoife", "tom")


# --- Guests ---------------------------------------------------------------------------------------
def press_pay(evening, tab):
    payer, dice = evening.dice.choice(PAYERS), evening.dice
    standing = balances.get_standing(tab, payer_digest=payer)
    choice = dice.choice(
        [Choice(mode=PayMode.ALL), Choice(mode=PayMode.SHARE, ways=dice.randrange(2, 4))]
    )
    tip = Money(dice.choice([0, 0, 100]) * 10, tab.currency)
    shares = standing.open_amount.split(choice.ways if choice.mode == PayMode.SHARE else 1)
    wish = Wish(
        choice=choice,
        tip=tip,
        shown=shares[0] + tip,
        payer_digest=payer,
        payer_email="",
        return_url="https://tab.example/{attempt}",
        back_url="https://tab.example/",
        locale="en",
    )
    checkout.open_page(tab_id=tab.id, wish=wish, now=evening.now)


def pay_on_page(evening, tab):
    """Only a page whose address the guest was told can be paid."""
    told = set(
        CheckoutAttempt.objects.filter(tab=tab).exclude(url="").values_list("session_id", flat=True)
    )
    if page := _some_page(evening, PageStatus.OPEN, only=told):
        evening.book.pay(page, at=evening.now)
        evening.announce("checkout.session.completed", page)
        evening.announce("payment_intent.succeeded", f"pi_of_{page}")


def pay_what_was_given_up(evening, tab):
    """The last-millisecond race: a page that had run out was paid all the same."""
    ours = set(CheckoutAttempt.objects.filter(tab=tab).values_list("session_id", flat=True))
    page = _some_page(evening, PageStatus.EXPIRED, only=ours)
    if page and evening.dice.random() < 0.3:
        evening.raced.add(tab.id)
        evening.book.reopen(page)
        evening.book.pay(page, at=evening.now)
        evening.announce("checkout.session.completed", page)


def decline_on_page(evening, _tab):
    if page := _some_page(evening, PageStatus.OPEN):
        evening.book.decline(page, at=evening.now)
        evening.announce("payment_intent.payment_failed", f"pi_of_{page}")


def let_page_run_out(evening, _tab):
    page = _some_page(evening, PageStatus.OPEN)
    if page and evening.dice.random() < 0.3:
        evening.book.run_out(page)
        evening.announce("checkout.session.expired", page)


def come_back(evening, tab):
    attempt = evening.dice.choice(
        [*CheckoutAttempt.objects.filter(tab=tab).order_by("created_at"), None]
    )
    if attempt:
        checkout.refresh(attempt_id=attempt.id, now=evening.now)


# --- Staff ----------------------------------------------------------------------------------------
def open_another(evening, _tab):
    if len(evening.tabs) < MOST_TABS:
        evening.open_tab(f"guest-{evening.seed}-{len(evening.tabs)}@example.org")


def take_cash(evening, tab):
    standing = balances.get_standing(tab)
    half = standing.open_amount.split(2)[0]
    taken = Taken(
        method=CounterMethod.CASH,
        amount=evening.dice.choice([standing.open_amount, half]),
        tip=Money.zero(tab.currency),
    )
    counter.record_counter_payment(
        tab_id=tab.id,
        by=evening.by,
        taken=taken,
        request_key=f"press-{tab.number}-{evening.dice.randrange(4)}",
        now=evening.now,
    )


def take_cash_back(evening, tab):
    taken = evening.dice.choice(
        [*CounterPayment.objects.filter(tab=tab).order_by("recorded_at"), None]
    )
    if taken and evening.dice.random() < 0.4:
        counter_reversals.reverse(
            tab_id=tab.id,
            payment_id=taken.id,
            by=evening.by,
            role=Role.MANAGER,
            reason="A foreign coin",
            now=evening.now,
        )


def give_back(evening, tab):
    payment = evening.dice.choice([*Payment.objects.filter(tab=tab).order_by("paid_at"), None])
    if payment is None:
        return
    left = refunds.left_of(payment)
    # Somebody whose page is old does not know of what has gone back since.
    bill = evening.dice.choice([left.bill, payment.amount])
    wish = RefundWish(
        amount=_part_of(evening, bill), tip=_part_of(evening, left.tip), reason="Cold"
    )
    giving_back.refund(
        payment_id=payment.id,
        by=evening.by,
        role=Role.MANAGER,
        wish=wish,
        request_key=f"press-{evening.dice.randrange(4)}",
        now=evening.now,
    )


def reopen_and_close(evening, tab):
    if evening.dice.random() < 0.3:
        reopening.reopen_tab(
            tab_id=tab.id, by=evening.by, role=Role.MANAGER, reason="again", now=evening.now
        )
    closing.close_and_request(tab_id=tab.id, by=evening.by, now=evening.now)


def remind_by_hand(evening, tab):
    reminder_choices.remind_now(tab_id=tab.id, by=evening.by, now=evening.now)


# --- Stripe and banks -----------------------------------------------------------------------------
def deliver_event(evening, _tab):
    """News arrives: in any order, twice, much later, never, or from somebody else."""
    if not evening.under_way:
        return
    event = evening.dice.choice(evening.under_way)
    fate = evening.dice.choice(["once", "once", "again", "lost", "forged"])
    if fate == "forged":
        name = f"evt_forged_{evening.seed}_{len(evening.forged)}"
        evening.forged.add(name)
        evening.deliver((name, *event[1:]), secret="whsec_somebody_else")
        return
    if fate == "lost":
        evening.lose(event)
    elif evening.deliver(event) != 200:
        return
    if fate != "again" and event in evening.under_way:
        evening.under_way.remove(event)


def give_back_at_stripes_desk(evening, tab):
    paid = _payment_at_stripe(evening, tab)
    amount = _part_of(evening, evening.book.left_of(paid)) if paid else None
    if amount and amount.is_positive and evening.dice.random() < 0.3:
        refund = evening.book.give_back(paid, amount, at=evening.now)
        evening.announce("refund.created", refund.refund_id)


def send_refund_back(evening, _tab):
    arrived = [
        refund_id
        for refund_id, refund in evening.book.refunds.items()
        if refund.status == RefundStatus.SUCCEEDED
    ]
    if arrived and evening.dice.random() < 0.2:
        refund_id = evening.dice.choice(arrived)
        evening.book.move_refund(refund_id, RefundStatus.FAILED)
        evening.announce("refund.failed", refund_id)


def dispute(evening, tab):
    paid = _payment_at_stripe(evening, tab)
    disputed = {each.intent_id for each in evening.book.disputes.values()}
    if paid and paid not in disputed and evening.dice.random() < 0.2:
        name = open_dispute(evening.book, paid, at=evening.now)
        evening.announce("charge.dispute.created", name)


def decide_dispute(evening, _tab):
    waiting = [
        name
        for name, each in evening.book.disputes.items()
        if each.state == DisputeState.NEEDS_RESPONSE
    ]
    if waiting and evening.dice.random() < 0.4:
        name = evening.dice.choice(waiting)
        decide(evening.book, name, evening.dice.choice([DisputeState.WON, DisputeState.LOST]))
        evening.announce("charge.dispute.closed", name)


# --- Workers --------------------------------------------------------------------------------------
def resolve_operations(evening, _tab):
    reconciliation.resolve_operations(now=evening.now)


def check_pages(evening, _tab):
    reconciliation.check_pages(now=evening.now)


def fetch_undelivered(evening, _tab):
    reconciliation.fetch_undelivered(now=evening.now)


def handle_events(evening, _tab):
    inbox.handle_waiting(now=evening.now)


def sweep_refunds(evening, _tab):
    overpayments.send_planned(now=evening.now)
    reconciliation.check_refunds(now=evening.now)


def sweep_disputes(evening, _tab):
    dispute_sweeps.check_open(now=evening.now)
    dispute_sweeps.find_missed(now=evening.now)


def send_mail(evening, _tab):
    messages.send_due(now=evening.now)


def sweep_reminders(evening, _tab):
    reminders.sweep(now=evening.now)


SWEEPS = (
    resolve_operations,
    check_pages,
    fetch_undelivered,
    handle_events,
    sweep_refunds,
    sweep_disputes,
    sweep_reminders,
    send_mail,
)
STEPS = (
    *(press_pay, press_pay, press_pay, press_pay, press_pay),
    *(pay_on_page, pay_on_page, pay_on_page, pay_on_page, pay_what_was_given_up),
    *(decline_on_page, let_page_run_out, come_back),
    *(take_cash, take_cash, take_cash_back, reopen_and_close, remind_by_hand),
    *(give_back, give_back, give_back, open_another, open_another),
    *(deliver_event, deliver_event, deliver_event),
    *(give_back_at_stripes_desk, send_refund_back, dispute, decide_dispute),
    *(handle_events, handle_events),
    *SWEEPS,
)


def _some_page(evening, status, *, only=None):
    found = [
        page.session_id
        for page in evening.book.pages.values()
        if page.status == status and (only is None or page.session_id in only)
    ]
    return evening.dice.choice(found) if found else None


def _payment_at_stripe(evening, tab):
    paid = [
        page.payment.intent_id
        for page in evening.book.pages.values()
        if page.payment
        and page.payment.received.is_positive
        and page.metadata["tab"] == str(tab.id)
    ]
    return evening.dice.choice(paid) if paid else None


def _part_of(evening, amount):
    """All, about half, or nothing, in the currency's steps."""
    step = step_of(amount.currency)
    minor = evening.dice.choice([amount.minor, amount.minor // 2, 0])
    return Money(minor - minor % step, amount.currency)
