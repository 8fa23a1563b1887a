"""The mails payments writes: links to pay, reminders, receipts, cards. The outbox sends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders import emails as orders_emails
from orders.models import Membership, Venue
from orders.rules import colours
from orders.selectors import promises, transfers
from orders.selectors.bills import Bill
from orders.templatetags.display import tint, when_text
from payments.models import CardConsent, CounterReversal, PaymentRequest, Receipt, Refund
from payments.rules import mail_texts
from payments.rules.mail_texts import ReminderText
from payments.selectors import mail_texts as mail_texts_of
from payments.selectors import receipts, sums
from payments.selectors.balances import Standing
from payments.selectors.mail_rows import detail, entry, flat, thing, things, total

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A rendered mail. `[link]` in it becomes the guest's own link when it leaves."""

    subject: str
    text: str
    html: str


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
        context = {
            "due_at": request.due_at,
            "bank": transfers.get_bank_details(bill.tab),
        }
        return _render(PAYMENT_LINK, bill, _left(bill, standing) | context)


def reminder(*, bill: Bill, standing: Standing, text: ReminderText, language: str = "") -> Mail:
    """What is still to pay: the venue's words, the amount, one button, and a way to stop these."""
    with _at(bill.venue, language=language):
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
    with _at(bill.venue):
        context = {
            "bill": bill,
            "due_at": bill.tab.due_at,
            "amount": standing.balance,
            "first_name": flat(bill.tab.who).partition(" ")[0],
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
                thing(line.quantity, line.name, detail(line), line.amount, off=line.off)
                for line in paper.lines
            ],
            "promised": paper.promised,
            "sums": [entry(row) for row in sums.of_receipt(paper)],
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


def card_kept(*, consent: CardConsent, bill: Bill) -> Mail:
    """What was agreed to, word for word, and how to take it back."""
    with _at(bill.venue):
        sentences = [flat(sentence) for sentence in consent.sentences]
        return _render(CARD_KEPT, bill, {"consent": consent, "sentences": sentences})


def auto_notice(
    *, consent: CardConsent, bill: Bill, standing: Standing, charge_at: datetime
) -> Mail:
    """What is owed will be charged on that day, unless the guest says not this time."""
    with _at(bill.venue):
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
    with _at(bill.venue):
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


@contextmanager
def _at(venue: Venue, *, language: str = "") -> Iterator[None]:
    """The venue's own time and, where we speak it, its language."""
    with (
        timezone.override(venue.zone),
        translation.override(language or mail_texts_of.language_of(venue)),
    ):
        yield


def _render(name: str, bill: Bill, context: Mapping[str, Any]) -> Mail:
    venue, path = bill.venue, f"emails/payments/{name}"
    context = {
        **context,
        "venue": venue,
        "venue_name": flat(venue.name),
        "host": urlsplit(settings.PUBLIC_URL).hostname,
        "look": _look(bill),
        "language": translation.get_language(),
    }
    context["subject"] = subject = flat(render_to_string(f"{path}.subject.txt", context))
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
