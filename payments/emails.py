"""The mails payments writes: links to pay, reminders, receipts, cards. The outbox sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.emails import Mail, at_home_in, render
from orders.models import Membership, User, Venue
from orders.rules.mail_words import flat
from orders.selectors import promises, transfers
from orders.selectors.bills import Bill
from orders.templatetags.display import when_text
from payments.models import CardConsent, CounterReversal, Dispute, PaymentRequest, Receipt, Refund
from payments.rules import mail_texts
from payments.rules.dispute_states import DisputeState
from payments.rules.dispute_words import STATES, reason_of
from payments.rules.mail_texts import ReminderText
from payments.selectors import receipts, sums
from payments.selectors.balances import Standing
from payments.selectors.mail_rows import detail, entry, thing, things, total
from payments.selectors.summaries import DaySums

REMINDER: Final = "reminder"
EXTENSION_AGREED: Final = "extension_agreed"
PAYMENT_LINK: Final = "payment_link"
RECEIPT: Final = "receipt"
REFUND_NOTE: Final = "refund_note"
RECEIPT_REVERSED: Final = "receipt_reversed"
ACCOUNT_REFUSED: Final = "account_refused"
CARD_KEPT: Final = "card_kept"
AUTO_NOTICE: Final = "auto_notice"
AUTO_FAILED: Final = "auto_failed"
DAILY_SUMMARY: Final = "daily_summary"
DISPUTE: Final = "dispute"
MANAGER_NOTE: Final = "manager_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerNote:
    """What a manager is written: title and text are marked for translation, not translated yet."""

    kind: str
    title: str
    text: str
    amount: Money


def payment_link(*, request: PaymentRequest, bill: Bill, standing: Standing) -> Mail:
    """Please pay: amount, date, one button, the lines."""
    with at_home_in(bill.venue):
        context = {
            "due_at": request.due_at,
            "bank": transfers.get_bank_details(bill.tab),
        }
        return _render(PAYMENT_LINK, bill, _left(bill, standing) | context)


def reminder(*, bill: Bill, standing: Standing, text: ReminderText, language: str = "") -> Mail:
    """What is still to pay: the venue's words, the amount, one button, and a way to stop these."""
    with at_home_in(bill.venue, language=language):
        left = _left(bill, standing)
        facts = {
            "venue": flat(bill.venue.name),
            "guest": left["first_name"],
            "amount": money_text(standing.balance),
            "date": when_text(bill.tab.due_at),
        }
        context = left | {
            "wanted_subject": mail_texts.fill(text.subject, facts),
            "paragraphs": mail_texts.fill(text.body, facts).split("\n\n"),
        }
        return _render(REMINDER, bill, context)


def extension_agreed(*, bill: Bill, standing: Standing) -> Mail:
    """The day the guest chose, in writing."""
    with at_home_in(bill.venue):
        context = {
            "bill": bill,
            "due_at": bill.tab.due_at,
            "amount": standing.balance,
            "first_name": flat(bill.tab.who).partition(" ")[0],
        }
        return _render(EXTENSION_AGREED, bill, context)


def receipt(*, receipt: Receipt, bill: Bill) -> Mail:
    """Numbered proof of one payment, from its frozen content."""
    with at_home_in(bill.venue):
        paper = receipts.read(receipt)
        context = {
            "bill": bill,
            "paper": paper,
            "lines": [
                thing(line.quantity, line.name, detail(line), line.amount, off=line.off)
                for line in paper.lines
            ],
            "promised": paper.promised,
            "sums": [entry(row) for row in sums.of_receipt(paper)],
        }
        return _render(RECEIPT, bill, context)


def receipt_reversed(*, reversal: CounterReversal, receipt: Receipt, bill: Bill) -> Mail:
    """A receipt that holds no more, why, and what the tab owes after that."""
    with at_home_in(bill.venue):
        context = {
            "bill": bill,
            "paper": receipts.read(receipt),
            "reversal": reversal,
            "is_owed": bill.tab.is_owing,
        }
        return _render(RECEIPT_REVERSED, bill, context)


def refund_note(*, refund: Refund, bill: Bill) -> Mail:
    """Money went back: how much, to which card, why, and when it will be there."""
    payment = refund.payment
    with at_home_in(bill.venue):
        context = {
            "bill": bill,
            "refund": refund,
            "how": receipts.how_paid(payment.card_brand or "card", payment.card_last4),
            "label": payment.receipt.label,
            "reason": refund.reason and gettext(refund.reason),
        }
        return _render(REFUND_NOTE, bill, context)


def manager_note(note: ManagerNote, *, bill: Bill) -> Mail:
    """Something about a tab's money that wants a manager's look."""
    with at_home_in(bill.venue):
        context = {
            "bill": bill,
            "title": gettext(note.title),
            "text": gettext(note.text),
            "amount": note.amount,
        }
        return _render(MANAGER_NOTE, bill, context)


def daily_summary(*, venue: Venue, sums: DaySums) -> Mail:
    """To a manager: a day of the venue, and how it stood at its end."""
    with at_home_in(venue):
        address = f"{settings.PUBLIC_URL.rstrip('/')}/v/{venue.slug}/"
        context = {"sums": sums, "address": address}
        return render(f"emails/payments/{DAILY_SUMMARY}", venue, context)


def account_refused(*, venue: Venue, owner: Membership, is_own: bool) -> Mail:
    """To an owner: Stripe does not take our keys, what that means, and what to do."""
    with at_home_in(venue):
        context = {
            "first_name": owner.user.get_short_name(),
            "is_own": is_own,
            "address": f"{settings.PUBLIC_URL.rstrip('/')}/v/{venue.slug}/stripe/",
        }
        return render(f"emails/payments/{ACCOUNT_REFUSED}", venue, context)


def dispute(dispute: Dispute, *, bill: Bill, what: str, reader: User) -> Mail:
    """To a manager: what the bank did (`what`), where the money is, until when to answer."""
    with at_home_in(bill.venue):
        context = {
            "bill": bill,
            "dispute": dispute,
            "what": what,
            "first_name": reader.get_short_name(),
            "outcome": gettext(STATES[DisputeState(dispute.state)]),
            "reason": gettext(reason_of(dispute.reason)),
        }
        return render(f"emails/payments/{DISPUTE}", bill.venue, context)


def card_kept(*, consent: CardConsent, bill: Bill) -> Mail:
    """What was agreed to, word for word, and how to take it back."""
    with at_home_in(bill.venue):
        sentences = [flat(sentence) for sentence in consent.sentences]
        return _render(CARD_KEPT, bill, {"consent": consent, "sentences": sentences})


def auto_notice(
    *, consent: CardConsent, bill: Bill, standing: Standing, charge_at: datetime
) -> Mail:
    """What is owed will be charged on that day, unless the guest says not this time."""
    with at_home_in(bill.venue):
        context = {"consent": consent, "charge_at": charge_at}
        return _render(AUTO_NOTICE, bill, context | _left(bill, standing))


def auto_failed(
    *,
    consent: CardConsent,
    bill: Bill,
    standing: Standing,
    asks_guest: bool,
    again: datetime | None,
) -> Mail:
    """The card gave nothing: the link to pay, and whether it is tried `again`."""
    with at_home_in(bill.venue):
        context = {"consent": consent, "asks_guest": asks_guest, "retry_at": again}
        return _render(AUTO_FAILED, bill, context | _left(bill, standing))


def _left(bill: Bill, standing: Standing) -> dict[str, Any]:
    """Whom it concerns, what is still to pay by when, and how it came about."""
    left = sums.left_to_pay(bill, standing)
    return {
        "bill": bill,
        "due_at": bill.tab.due_at,
        "amount": standing.balance,
        "first_name": flat(bill.tab.who).partition(" ")[0],
        "promised": promises.list_promised(bill.lines),
        "lines": things(bill),
        "sums": [*map(entry, left.rows), total(left.label, left.total)],
    }


def _render(name: str, bill: Bill, context: Mapping[str, Any]) -> Mail:
    path, code = f"emails/payments/{name}", bill.tab.token_code
    return render(path, bill.venue, context, token_code=code)
