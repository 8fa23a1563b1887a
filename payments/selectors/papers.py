"""A receipt as a document to print: the same words and amounts as on its page and in its mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.paper import document, fonts
from config.kernel.paper.document import Document
from config.kernel.written_money import currency_symbol, money_text
from orders.models import Venue
from orders.rules import colours
from orders.templatetags.display import when_text
from payments.selectors import sums
from payments.selectors.receipts import ReceiptLine, ReceiptPaper


def print_receipt(paper: ReceiptPaper, *, venue: Venue) -> bytes:
    """The receipt as PDF, in the venue's own time and in the reader's language."""
    with timezone.override(venue.zone):
        return document.draw(receipt_document(paper, venue=venue))


def file_name(paper: ReceiptPaper) -> str:
    """What the file is called where it is kept: by its number alone, in plain letters."""
    label = "".join(each for each in paper.receipt.label if each.isascii() and each.isprintable())
    return f"{label.replace('/', '-').replace(chr(34), '')}.pdf"


def receipt_document(paper: ReceiptPaper, *, venue: Venue) -> Document:
    """What stands on the paper. The caller has set the venue's time."""
    back = paper.taken_back
    made = Document(
        sender=tuple(filter(None, (venue.name, venue.address, venue.phone, venue.reply_to))),
        title=gettext("Receipt %(label)s") % {"label": paper.receipt.label},
        stamp=_stamp(paper),
        facts=tuple(_facts(paper)),
        rows=tuple(_row(line) for line in paper.lines),
        sums=tuple(
            document.Row(
                label=_printable(row.label, row.amount.currency),
                amount=_amount(row.amount),
                is_total=row.is_total,
            )
            for row in sums.of_receipt(paper)
        ),
        notes=((back.reason,) if back else ()) + _promised(paper),
        language=translation.get_language() or "en",
        brand=colours.brand_of(venue.brand_hue, venue.brand_chroma_permille),
    )
    return _with_warning(made)


def _stamp(paper: ReceiptPaper) -> str:
    if paper.taken_back:
        return gettext("Taken back")
    is_gone = bool(paper.given_back) and paper.kept.is_zero
    return gettext("Given back") if is_gone else gettext("Paid")


def _promised(paper: ReceiptPaper) -> tuple[str, ...]:
    """What was promised and agreed, in the words of the mail."""
    said = render_to_string("emails/payments/_promised.txt", {"promised": paper.promised})
    return tuple(line.strip() for line in said.splitlines() if line.strip())


def _facts(paper: ReceiptPaper) -> Iterator[tuple[str, str]]:
    at = paper.receipt.issued_at
    yield gettext("When"), f"{when_text(at, 'full')}, {when_text(at, 'time')}"
    yield gettext("How"), paper.how
    said = paper.receipt.content
    yield gettext("Tab"), " · ".join(filter(None, (f"#{said['tab']}", said["token"])))
    if paper.purchase_order:
        yield gettext("Purchase order"), paper.purchase_order


def _row(line: ReceiptLine) -> document.Row:
    here = gettext("paid here") if line.is_chosen else ""
    shared = gettext("a share of it") if line.is_shared else ""
    less = gettext("%(amount)s taken off") % {"amount": _amount(line.off)}
    return document.Row(
        label=f"{line.quantity} × {line.name}",
        amount=_amount(line.amount),
        detail=", ".join(
            filter(None, (line.detail, shared, less if line.off.is_positive else "", here))
        ),
    )


def _amount(amount: Money) -> str:
    return _printable(money_text(amount), amount.currency)


def _printable(text: str, currency: str) -> str:
    """With the currency's code where the fonts lack its sign, as with the won."""
    sign = currency_symbol(currency)
    return text.replace(sign, f"{currency}\u00a0") if fonts.missing_letters([sign]) else text


def _with_warning(made: Document) -> Document:
    """Say so where a letter is missing, rather than let a name look misspelt."""
    if not made.unknown_letters:
        return made
    warning = gettext(
        "Some letters cannot be printed here and stand as question marks. The page behind the link"
        " in your mail shows all of them, and can be printed too."
    )
    return replace(made, notes=(*made.notes, warning))
