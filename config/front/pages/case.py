"""The case of the venue in words, drafted from the evidence: what a manager sees before sending."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext, ngettext

from config.front.pages.evidence import Pack
from config.front.paper.facts import Entry
from config.kernel.written_money import money_text
from orders.templatetags.display import when_text
from payments.rules.evidence import Texts, shorten

LOGGED: Final = ("payment", "messages", "history")


def draft(pack: Pack) -> Texts:
    """Texts that say what happened and nothing else; whoever sends them may say more."""
    tab, payment = pack.bill.tab, pack.payment
    return Texts(
        customer_name=tab.who,
        customer_email=payment.email or (tab.customer.email if tab.customer else ""),
        product=shorten("\n".join(_things(pack))),
        service_date=when_text(tab.opened_at, "full"),
        policy=shorten("\n".join(_told_before(pack))),
        activity=shorten("\n".join(_log(pack))),
        statement=shorten("\n".join(_statement(pack))),
    )


def _things(pack: Pack) -> Iterator[str]:
    """What was sold, line by line."""
    for line in pack.bill.standing:
        yield f"{line.quantity} × {line.name}: {money_text(line.amount)}"


def _told_before(pack: Pack) -> Iterator[str]:
    """What the guest was promised and agreed to before it was done."""
    for section in pack.sections:
        if section.key == "promises":
            yield from (_line(entry) for entry in section.entries)


def _log(pack: Pack) -> Iterator[str]:
    for section in pack.sections:
        if section.key in LOGGED:
            yield f"{section.title}:"
            yield from (_line(entry) for entry in section.entries)


def _line(entry: Entry) -> str:
    parts = (
        f"{entry.at:%Y-%m-%d %H:%M %Z}" if entry.at else "",
        entry.label,
        entry.text,
        money_text(entry.amount),
    )
    return " · ".join(filter(None, parts))


def _statement(pack: Pack) -> Iterator[str]:
    tab, payment, bill = pack.bill.tab, pack.payment, pack.bill
    yield gettext("%(venue)s opened tab %(number)s on %(date)s.") % {
        "venue": pack.venue.name,
        "number": tab.number,
        "date": when_text(tab.opened_at, "full"),
    }
    had = ngettext(
        "The guest had %(count)s thing for %(total)s.",
        "The guest had %(count)s things for %(total)s.",
        bill.count,
    )
    yield had % {"count": bill.count, "total": money_text(bill.total)}
    if tab.closed_at:
        closed = gettext("It was closed on %(date)s and payable afterwards, by a link.")
        yield closed % {"date": when_text(tab.closed_at, "full")}
    paid = gettext("The payer opened Stripe’s page and paid %(amount)s there on %(date)s.")
    yield paid % {
        "amount": money_text(payment.charge),
        "date": when_text(payment.paid_at, "full"),
    }
    receipt = getattr(payment, "receipt", None)
    if receipt is not None and receipt.email:
        sent = gettext("Receipt %(label)s went to %(email)s.")
        yield sent % {"label": receipt.label, "email": receipt.email}
