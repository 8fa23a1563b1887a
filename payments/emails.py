"""The mails payments writes: the link to pay, reminders, and the receipt. The outbox sends them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from config.kernel.money import Money
from orders import emails as orders_emails
from orders.models import Membership, Venue
from orders.rules import colours
from orders.selectors import promises, transfers
from orders.selectors.bills import Bill
from orders.templatetags.display import money_text, tint, when_text
from payments.models import CounterReversal, PaymentRequest, Receipt, Refund
from payments.rules import mail_texts
from payments.rules.mail_texts import ReminderText
from payments.selectors import receipts, sums
from payments.selectors.balances import Standing
from payments.selectors.receipts import ReceiptLine
from payments.selectors.sums import Row

REMINDER: Final = "reminder"
EXTENSION_AGREED: Final = "extension_agreed"
PAYMENT_LINK: Final = "payment_link"
RECEIPT: Final = "receipt"
REFUND_NOTE: Final = "refund_note"
RECEIPT_REVERSED: Final = "receipt_reversed"
ACCOUNT_REFUSED: Final = "account_refused"
LINE_WIDTH: Final = 44
# All white space but the one that keeps an amount together.
_GAPS: Final = re.compile(r"[^\S\u00a0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A rendered mail. `[link]` in it becomes the guest's own link when it leaves."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a mail: the same words and the same amount in both of its parts."""

    label: str
    amount: str
    is_total: bool = False

    @property
    def plain(self) -> str:
        """As a line of text; a long label gets a line of its own."""
        room = LINE_WIDTH - len(self.amount) - 1
        if len(self.label) <= room:
            return f"{self.label:<{room}} {self.amount}"
        return f"{self.label}\n{self.amount:>{LINE_WIDTH}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerNote:
    """What a manager is written: title and text are marked for translation, not translated yet."""

    kind: str
    title: str
    text: str
    amount: Money


def payment_link(*, request: PaymentRequest, bill: Bill, standing: Standing) -> Mail:
    """Please pay: amount, date, one button, the lines."""
    with _at(bill.venue):
        left = sums.left_to_pay(bill, standing)
        context = {
            "bill": bill,
            "due_at": request.due_at,
            "amount": standing.balance,
            "bank": transfers.get_bank_details(bill.tab),
            "first_name": _flat(bill.tab.who).partition(" ")[0],
            "lines": _things(bill),
            "promised": promises.list_promised(bill.lines),
            "sums": [*map(_entry, left.rows), _total(left.label, left.total)],
        }
        return _render(PAYMENT_LINK, bill, context)


def reminder(*, bill: Bill, standing: Standing, text: ReminderText) -> Mail:
    """What is still to pay: the venue's words, the amount, one button, and a way to stop these."""
    with _at(bill.venue):
        left = sums.left_to_pay(bill, standing)
        first_name = _flat(bill.tab.who).partition(" ")[0]
        facts = {
            "venue": _flat(bill.venue.name),
            "guest": first_name,
            "amount": money_text(standing.balance),
            "date": when_text(bill.tab.due_at),
        }
        context = {
            "bill": bill,
            "due_at": bill.tab.due_at,
            "amount": standing.balance,
            "first_name": first_name,
            "wanted_subject": mail_texts.fill(gettext(text.subject), facts),
            "paragraphs": mail_texts.fill(gettext(text.body), facts).split("\n\n"),
            "lines": _things(bill),
            "sums": [*map(_entry, left.rows), _total(left.label, left.total)],
        }
        return _render(REMINDER, bill, context)


def extension_agreed(*, bill: Bill, standing: Standing) -> Mail:
    """The day the guest chose, in writing."""
    with _at(bill.venue):
        context = {
            "bill": bill,
            "due_at": bill.tab.due_at,
            "amount": standing.balance,
            "first_name": _flat(bill.tab.who).partition(" ")[0],
        }
        return _render(EXTENSION_AGREED, bill, context)


def receipt(*, receipt: Receipt, bill: Bill) -> Mail:
    """Numbered proof of one payment, from its frozen content."""
    with _at(bill.venue):
        paper = receipts.read(receipt)
        context = {
            "bill": bill,
            "paper": paper,
            "lines": [
                _thing(line.quantity, line.name, _detail(line), line.amount, off=line.off)
                for line in paper.lines
            ],
            "promised": paper.promised,
            "sums": [_entry(row) for row in sums.of_receipt(paper)],
        }
        return _render(RECEIPT, bill, context)


def receipt_reversed(*, reversal: CounterReversal, receipt: Receipt, bill: Bill) -> Mail:
    """A receipt that holds no more, why, and what the tab owes after that."""
    with _at(bill.venue):
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
    with _at(bill.venue):
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
    with _at(bill.venue):
        context = {
            "bill": bill,
            "title": gettext(note.title),
            "text": gettext(note.text),
            "amount": note.amount,
        }
        return _render("manager_note", bill, context)


def account_refused(*, venue: Venue, owner: Membership, is_own: bool) -> Mail:
    """To an owner: Stripe does not take our keys, what that means, and what to do."""
    with _at(venue):
        context = {
            "first_name": owner.user.get_short_name(),
            "is_own": is_own,
            "address": f"{settings.PUBLIC_URL.rstrip('/')}/v/{venue.slug}/stripe/",
        }
        mail = orders_emails.render(f"emails/payments/{ACCOUNT_REFUSED}", venue, context)
    return Mail(subject=mail.subject, text=mail.text, html=mail.html)


def _detail(line: ReceiptLine) -> str:
    """A line's choices, and whether the payer ticked it as theirs."""
    return ", ".join(filter(None, (line.detail, gettext("paid here") if line.is_chosen else "")))


def _things(bill: Bill) -> list[Entry]:
    """Every line that counts."""
    return [
        _thing(line.quantity, line.name, line.modifier_names, line.amount, off=line.off)
        for line in bill.standing
    ]


def _thing(quantity: int, name: str, detail: str, amount: Money, *, off: Money) -> Entry:
    """A line of the tab: 2 × Flat white, oat milk, €1.00 taken off."""
    less = gettext("%(amount)s taken off") % {"amount": money_text(off)} if off.minor else ""
    what = ", ".join(part for part in (_flat(name), _flat(detail), less) if part)
    return Entry(label=f"{quantity} × {what}", amount=money_text(amount))


def _entry(row: Row) -> Entry:
    return Entry(label=_flat(row.label), amount=money_text(row.amount), is_total=row.is_total)


def _total(label: str, amount: Money) -> Entry:
    return Entry(label=label, amount=money_text(amount), is_total=True)


def _flat(text: str) -> str:
    """One line: a line break in a name must not look like a line of ours."""
    return _GAPS.sub(" ", text).strip()


@contextmanager
def _at(venue: Venue) -> Iterator[None]:
    """The venue's own time and, where we speak it, its language."""
    with timezone.override(venue.zone), translation.override(_language_of(venue)):
        yield


def _language_of(venue: Venue) -> str:
    try:
        return translation.get_supported_language_variant(venue.locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def _render(name: str, bill: Bill, context: Mapping[str, Any]) -> Mail:
    venue, path = bill.venue, f"emails/payments/{name}"
    context = {
        **context,
        "venue": venue,
        "venue_name": _flat(venue.name),
        "host": urlsplit(settings.PUBLIC_URL).hostname,
        "look": _look(bill),
        "language": translation.get_language(),
    }
    context["subject"] = subject = _flat(render_to_string(f"{path}.subject.txt", context))
    return Mail(
        subject=subject,
        text=_tidy(render_to_string(f"{path}.txt", context).splitlines()),
        html=css_inline.inline(
            render_to_string(f"{path}.html", context),
            keep_at_rules=True,
            load_remote_stylesheets=False,
        ),
    )


def _look(bill: Bill) -> dict[str, Any]:
    """The colours of this venue and this token, for programs that know hexadecimal only."""
    colour = bill.venue.brand_hue, bill.venue.brand_chroma_permille
    code = bill.tab.token_code
    return {
        "brand": colours.brand_of(*colour),
        "brand_by_night": colours.brand_by_night(*colour),
        "paper": colours.paper_of(tint(code)) if code else None,
        "word": code.rpartition("-")[0],
        "number": code.rpartition("-")[2],
    }


def _tidy(lines: Iterable[str]) -> str:
    """Plain text without the gaps that template tags leave: one blank line at most."""
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"
