"""What is known of a disputed payment and its tab, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from config.front.pages import history as told
from config.front.pages.lines import readable
from config.front.pages.words import with_choices
from config.front.paper.facts import Entry
from orders.models import Line, Message, Tab, TabEvent
from orders.rules.promises import AcknowledgementWay
from orders.selectors import tabs
from orders.selectors.bills import Bill
from orders.selectors.promises import Promised
from orders.templatetags.display import when_text
from payments.models import Dispute, Payment, Refund
from payments.rules.dispute_states import DisputeState
from payments.rules.dispute_words import STATES, reason_of
from payments.selectors import balances, payments, sums
from payments.selectors.receipts import how_paid


def of_dispute(dispute: Dispute) -> Iterator[Entry]:
    yield Entry(label=gettext("Disputed"), amount=dispute.amount, at=dispute.opened_at)
    reason = gettext(reason_of(dispute.reason))
    yield Entry(label=gettext("Reason"), text=f"{reason} ({dispute.reason})")
    yield Entry(label=gettext("State"), text=gettext(STATES[DisputeState(dispute.state)]))
    if dispute.due_at:
        yield Entry(label=gettext("Answer by"), at=dispute.due_at)
    names = (dispute.dispute_id, dispute.payment.intent_id, dispute.payment.charge_id)
    yield Entry(label=gettext("At Stripe"), text=", ".join(filter(None, names)))


def of_payment(payment: Payment) -> Iterator[Entry]:
    yield Entry(label=gettext("Paid on Stripe’s page"), amount=payment.charge, at=payment.paid_at)
    yield Entry(label=gettext("For the tab"), amount=payment.amount)
    if payment.tip.is_positive:
        yield Entry(label=gettext("Tip, chosen by the payer"), amount=payment.tip)
    how = how_paid(payment.card_brand or "card", payment.card_last4)
    yield Entry(label=gettext("Card"), text=how)
    if payment.email:
        yield Entry(label=gettext("Email given by the payer"), text=payment.email)
    opened_at = payment.attempt.created_at if payment.attempt else None
    yield Entry(label=gettext("The payer opened the page"), at=opened_at or payment.paid_at)
    receipt = getattr(payment, "receipt", None)
    if receipt is not None:
        yield Entry(
            label=gettext("Receipt"),
            text=", ".join(filter(None, (receipt.label, receipt.email))),
            at=receipt.issued_at,
        )


def of_tab(tab: Tab) -> Iterator[Entry]:
    yield Entry(
        label=gettext("Opened"),
        text=f"#{tab.number}, {tab.opened_by.get_short_name()}",
        at=tab.opened_at,
    )
    customer = tab.customer
    facts = {
        gettext("Guest"): tab.who,
        gettext("Guest’s email"): customer.email if customer else "",
        gettext("Guest’s phone"): customer.phone if customer else "",
        gettext("Place"): tab.label,
        gettext("Token card"): tab.token_code,
        gettext("People"): str(tab.guests_count or ""),
    }
    for label, text in facts.items():
        if text:
            yield Entry(label=label, text=text)
    moments = {
        gettext("Closed"): tab.closed_at,
        gettext("Pay by"): tab.due_at,
        gettext("Paid in full"): tab.settled_at,
    }
    for label, at in moments.items():
        if at:
            yield Entry(label=label, at=at)


def of_bill(bill: Bill) -> Iterator[Entry]:
    for each in readable(bill.lines, ()):
        name = with_choices(each.line.name, [choice.name for choice in each.choices])
        yield Entry(
            label=f"{each.line.quantity} × {name}",
            text=_life(each.line),
            at=each.line.added_at,
            amount=each.line.amount,
        )
    left = sums.left_to_pay(bill, balances.get_standing(bill.tab))
    for row in left.rows:
        yield Entry(label=row.label, amount=row.amount)
    yield Entry(label=left.label, amount=left.total)


def _life(line: Line) -> str:
    """What became of a line after it was added."""
    parts = [line.note]
    if line.sent_at:
        parts.append(gettext("sent %(at)s") % {"at": when_text(line.sent_at, "moment")})
    if line.served_at:
        parts.append(gettext("served %(at)s") % {"at": when_text(line.served_at, "moment")})
    if line.is_void:
        parts.append(gettext("voided, not charged: %(why)s") % {"why": line.void_reason})
    return ", ".join(filter(None, parts))


def of_promises(promised: Iterable[Promised]) -> Iterator[Entry]:
    """The very words, and how the guest came to agree to them."""
    for each in promised:
        yield Entry(
            label=f"{each.name} ({each.version})",
            text="\n".join(filter(None, (each.expected_result, each.limits, _agreed(each)))),
            at=each.at,
            amount=each.amount,
        )


def _agreed(promised: Promised) -> str:
    words = {
        AcknowledgementWay.STAFF_SCREEN: gettext("Agreed on the staff’s screen by %(name)s"),
        AcknowledgementWay.OWN_PHONE: gettext("Agreed on an own phone by %(name)s"),
        AcknowledgementWay.WAIVED: gettext("Not waited for: %(reason)s"),
    }
    if not promised.way:
        return gettext("Nobody has agreed yet")
    facts = {"name": promised.signed, "reason": promised.reason}
    said = words[AcknowledgementWay(promised.way)] % facts
    return f"{said} (SHA-256 {promised.digest})"


def of_refunds(refunds: Iterable[Refund]) -> Iterator[Entry]:
    for refund in refunds:
        yield Entry(
            label=gettext("Given back: %(state)s") % {"state": refund.get_state_display()},
            text=refund.reason and gettext(refund.reason),
            at=refund.finished_at or refund.created_at,
            amount=refund.whole,
        )


def of_payments(dispute: Dispute) -> Iterator[Entry]:
    for paid in payments.list_payments(tab_id=tabs.follow(dispute.tab).id):
        how = how_paid(paid.brand or paid.method, paid.last4)
        this = gettext("the disputed one") if paid.id == dispute.payment_id else ""
        text = ", ".join(filter(None, (paid.receipt_label, paid.email, this)))
        yield Entry(label=how, text=text, at=paid.at, amount=paid.charge)


def of_message(message: Message) -> Entry:
    state = message.result or message.get_state_display()
    return Entry(
        label=message.subject,
        text=gettext("to %(address)s: %(state)s") % {"address": message.to, "state": state},
        at=message.sent_at or message.created_at,
    )


def of_event(event: TabEvent, currency: str) -> Entry:
    line = told.tell(event, currency=currency)
    return Entry(label=line.title, text=line.more, at=line.at)
