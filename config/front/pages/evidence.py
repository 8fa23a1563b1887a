"""Everything we know that speaks for a disputed payment, in one shape for page, PDF and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext

from config.front.pages import evidence_facts as facts
from config.front.paper.facts import Entry, Letterhead, Section
from orders.models import Message, TabEvent, Venue
from orders.selectors import bills, history, promises, tabs
from orders.selectors.bills import Bill
from payments.models import Dispute, Payment, Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The evidence on one dispute. Sections without a fact are left out."""

    dispute: Dispute
    bill: Bill
    events: tuple[TabEvent, ...]
    messages: tuple[Message, ...]
    sections: tuple[Section, ...]

    @property
    def venue(self) -> Venue:
        return self.bill.venue

    @property
    def payment(self) -> Payment:
        return self.dispute.payment

    @property
    def letterhead(self) -> Letterhead:
        venue, name = self.venue, self.dispute.dispute_id
        return Letterhead(
            venue=venue.name,
            address=", ".join(filter(None, (venue.address, venue.phone, venue.reply_to))),
            title=gettext("Evidence: dispute %(name)s") % {"name": name},
            name=name,
            currency=self.dispute.currency,
        )

    def as_json(self) -> dict[str, Any]:
        """The same for programs: amounts in minor units, times with their zone."""
        return {
            "dispute": self.dispute.dispute_id,
            "venue": self.venue.name,
            "tab": self.bill.tab.number,
            "sections": [
                {
                    "key": section.key,
                    "title": section.title,
                    "entries": [_plain(entry) for entry in section.entries],
                }
                for section in self.sections
            ],
        }


def get_pack(dispute: Dispute) -> Pack:
    """Gather it all. The dispute comes with its payment, attempt, receipt and tab."""
    # Of a tab that was merged, the lines and what came after are with the tab that took them.
    home = tabs.follow(dispute.tab)
    bill = bills.get_bill(tab_id=home.id)
    both = sorted({dispute.tab_id, home.id})
    events = tuple(
        sorted(
            chain.from_iterable(history.list_history(tab_id=each) for each in both),
            key=lambda event: (event.at, event.pk),
        )
    )
    messages = tuple(
        Message.objects.filter(tab_id__in=both)
        .exclude(kind__startswith="dispute_")
        .order_by("created_at", "id")
    )
    return Pack(
        dispute=dispute,
        bill=bill,
        events=events,
        messages=messages,
        sections=tuple(
            Section(key=key, title=title, entries=entries)
            for key, title, entries in _sections(dispute, bill, messages, events)
            if entries
        ),
    )


def _sections(
    dispute: Dispute, bill: Bill, messages: Iterable[Message], events: Iterable[TabEvent]
) -> Iterator[tuple[str, str, tuple[Entry, ...]]]:
    yield "dispute", gettext("The dispute"), tuple(facts.of_dispute(dispute))
    yield "payment", gettext("The disputed payment"), tuple(facts.of_payment(dispute.payment))
    yield "tab", gettext("The tab"), tuple(facts.of_tab(bill.tab))
    yield "bill", gettext("What was on it"), tuple(facts.of_bill(bill))
    promised = promises.list_promised(bill.lines)
    yield (
        "promises",
        gettext("What was promised, and agreed to"),
        tuple(facts.of_promises(promised)),
    )
    yield "payments", gettext("Every payment of the tab"), tuple(facts.of_payments(dispute))
    refunds = Refund.objects.filter(payment__tab_id__in=tabs.together(bill.tab.id))
    refunds = refunds.order_by("created_at")
    yield "refunds", gettext("Given back"), tuple(facts.of_refunds(refunds))
    yield "messages", gettext("Messages to the guest"), tuple(map(facts.of_message, messages))
    told_events = tuple(facts.of_event(event, bill.tab.currency) for event in events)
    yield "history", gettext("What happened, step by step"), told_events


def _plain(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {"label": entry.label, "text": entry.text}
    if entry.at is not None:
        said["at"] = entry.at.isoformat()
    if entry.amount is not None:
        said["amount"] = {"minor": entry.amount.minor, "currency": entry.amount.currency}
    return said
