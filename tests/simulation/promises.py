"""What must hold when everything has calmed down, whatever happened before."""

from __future__ import annotations

from collections import Counter

from config.kernel.money import total
from orders.models import Message, Tab
from orders.rules.messages import MessageState
from payments.models import (
    CheckoutAttempt,
    CounterPayment,
    Dispute,
    GatewayOperation,
    InboxEvent,
    LedgerEntry,
    Payment,
    Receipt,
    Refund,
    Reminder,
)
from payments.rules.accounts import Account
from payments.rules.inbox_states import InboxState
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.selectors import balances
from tests.fakes.book import GONE_BACK
from tests.simulation.seams import Now


def broken(evening):
    """Each promise that does not hold, in a few words with its figures; empty is well."""
    found = list(Now.seams.complaints)
    for tab in Tab.objects.filter(venue=evening.venue).order_by("number"):
        found += _of_tab(evening, tab)
    return [*found, *_left_undone(evening), *_of_receipts(evening), *_of_mail(evening)]


def _of_tab(evening, tab):
    """Its money is what the processor and the till say, to the unit."""
    currency = tab.currency
    standing = balances.get_standing(tab)
    at_stripe = [
        page.payment
        for page in evening.book.pages.values()
        if page.payment and page.metadata["tab"] == str(tab.id)
    ]
    captured = total([each.received for each in at_stripe], currency)
    given = total(
        [
            each.amount
            for each in evening.book.refunds.values()
            if each.status not in GONE_BACK
            and each.intent_id in {payment.intent_id for payment in at_stripe}
        ],
        currency,
    )
    by_hand = total(
        [
            each.charge
            for each in CounterPayment.objects.filter(tab=tab).select_related("reversal")
            if not each.is_reversed
        ],
        currency,
    )
    booked = list(Refund.objects.booked().filter(tab=tab))
    gone = total([each.excess + each.tip for each in booked], currency)
    excess = Refund.objects.filter(tab=tab, origin=RefundOrigin.EXCESS)
    withheld = _withheld(evening, at_stripe, currency)
    clearing = LedgerEntry.objects.for_tab(tab.id).balance_of(Account.CLEARING, currency)
    facts = {
        "the processor's book is the ledger's clearing": (clearing, captured - given - withheld),
        "what went back at the processor is booked": (
            total([each.whole for each in booked], currency),
            given,
        ),
        "what is paid is what came in": (standing.paid + standing.tips, captured + by_hand - gone),
        "what is owed is what was asked less what is paid": (
            standing.balance,
            tab.total - standing.paid,
        ),
        "paid is settled": (
            tab.is_settled,
            standing.balance.minor <= 0 and not tab.is_open,
        ),
        "nothing is reserved": (standing.reserved.minor, 0),
        "nobody paid twice": (excess.exists() and tab.id not in evening.raced, False),
        "no more went back than came in": (given <= captured, True),
    }
    return [
        f"tab {tab.number}: {what}: {ours} and {theirs}"
        for what, (ours, theirs) in facts.items()
        if ours != theirs
    ]


def _withheld(evening, at_stripe, currency):
    names = {payment.intent_id for payment in at_stripe}
    cases = [each for each in evening.book.disputes.values() if each.intent_id in names]
    kept = total([each.withdrawn - each.reinstated for each in cases], currency)
    return kept + total([fee.amount for each in cases for fee in each.fees], currency)


def _left_undone(evening):
    of_venue = {
        "calls without an outcome": GatewayOperation.objects.unresolved(),
        "pages still open": CheckoutAttempt.objects.reserving(),
        "refunds nobody asked for": Refund.objects.filter(state=RefundState.REQUESTED),
        "events not understood": InboxEvent.objects.filter(state=InboxState.FAILED),
        "events not handled": InboxEvent.objects.unhandled(),
        "forged events let in": InboxEvent.objects.filter(event_id__in=evening.forged),
        "mails held by nobody": Message.objects.filter(
            state__in=[MessageState.CLAIMED, MessageState.SENDING]
        ),
    }
    found = [f"{rows.count()} {what}" for what, rows in of_venue.items() if rows.exists()]
    told = Counter(InboxEvent.objects.values_list("event_id", flat=True))
    return [*found, *[f"{name} stands here {n} times" for name, n in told.items() if n > 1]]


def _of_receipts(evening):
    """Each payment has one, numbered without a gap."""
    numbers = list(
        Receipt.objects.filter(venue=evening.venue)
        .order_by("number")
        .values_list("number", flat=True)
    )
    wanted = (
        Payment.objects.filter(tab__venue=evening.venue).count()
        + CounterPayment.objects.filter(tab__venue=evening.venue).count()
    )
    known = {
        page.payment.intent_id
        for page in evening.book.pages.values()
        if page.payment and page.payment.received.is_positive
    }
    ours = set(Payment.objects.filter(tab__venue=evening.venue).values_list("intent_id", flat=True))
    disputes = Dispute.objects.filter(payment__tab__venue=evening.venue).count()
    facts = {
        "receipts are numbered without a gap": (numbers, list(range(1, wanted + 1))),
        "each payment at the processor is here once": (sorted(ours), sorted(known)),
        "each dispute is here": (disputes, len(evening.book.disputes)),
    }
    return [f"{what}: {a} and {b}" for what, (a, b) in facts.items() if a != b]


def _of_mail(evening):
    """Receipts arrive at least once, under one name; reminders at most once."""
    found = []
    for receipt in Receipt.objects.filter(venue=evening.venue).exclude(email=""):
        mails = list(Message.objects.filter(source_key=f"receipt:{receipt.id}"))
        arrived = sum(Now.post[str(each.id)] for each in mails)
        if len(mails) != 1 or (not arrived and mails[0].state != MessageState.FAILED):
            found.append(f"receipt {receipt.number}: {len(mails)} mails, {arrived} arrived")
    for row in Reminder.objects.filter(tab__venue=evening.venue, message__isnull=False):
        arrived = sum(
            Now.post[str(each)]
            for each in Message.objects.filter(
                source_key__startswith=f"reminder:{row.id}:"
            ).values_list("id", flat=True)
        )
        if arrived > 1:
            found.append(f"reminder {row.step} of {row.tab_id} arrived {arrived} times")
    return found
