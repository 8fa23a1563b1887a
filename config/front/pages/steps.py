"""How far along a tab is, from opening to paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from config.kernel.written_money import money_text
from orders.models import TabEvent
from orders.selectors.bills import Bill
from orders.templatetags.display import status_text, when_text
from payments.selectors.balances import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. The current one is where the tab stands; those before it are done."""

    name: str
    note: str = ""
    is_done: bool = False
    is_current: bool = False


def get_steps(
    bill: Bill, standing: Standing, events: Sequence[TabEvent], *, state: str
) -> tuple[Step, ...]:
    """The steps this tab has taken and those it has before it."""
    tab = bill.tab
    opened = Step(name=gettext("Opened"), note=_day_and_time(tab.opened_at), is_done=True)
    if tab.is_merged:
        return (opened, Step(name=gettext("Merged"), is_current=True))
    if tab.is_void:
        note = _day_and_time(tab.voided_at)
        return (opened, Step(name=gettext("Voided"), note=note, is_current=True))
    served_at = _last(events, "served") if bill.is_served else None
    served = Step(
        name=gettext("Served"),
        note=_day_and_time(served_at),
        is_done=bill.is_served and not tab.is_open,
        is_current=tab.is_open and bill.is_served,
    )
    if tab.is_open:
        opened = Step(
            name=opened.name,
            note=opened.note,
            is_done=bill.is_served,
            is_current=not bill.is_served,
        )
        return (opened, served, Step(name=gettext("Link sent")), Step(name=gettext("Paid")))
    middle = (served,) if bill.is_served else ()
    return (opened, *middle, _asked(bill, events), *_money(bill, standing, state=state))


def _asked(bill: Bill, events: Sequence[TabEvent]) -> Step:
    """Whether the link went anywhere; a closed tab without an address is only closed."""
    sent_at = _last(events, "link_sent")
    if sent_at is None:
        note = _day_and_time(bill.tab.closed_at)
        return Step(name=gettext("Closed"), note=note, is_done=True)
    return Step(name=gettext("Link sent"), note=_day_and_time(sent_at), is_done=True)


def _money(bill: Bill, standing: Standing, *, state: str) -> tuple[Step, ...]:
    tab = bill.tab
    if tab.is_settled:
        note = _day_and_time(tab.settled_at)
        return (Step(name=gettext("Paid"), note=note, is_done=True, is_current=True),)
    note = gettext("%(paid)s of %(total)s") % {
        "paid": money_text(standing.paid),
        "total": money_text(standing.total),
    }
    by = gettext("by %(date)s") % {"date": when_text(tab.due_at, "short")}
    return (
        Step(
            name=status_text(state),
            note=note if standing.paid.is_positive else by,
            is_current=True,
        ),
        Step(name=gettext("Paid"), note=by if standing.paid.is_positive else ""),
    )


def _last(events: Sequence[TabEvent], kind: str) -> datetime | None:
    return max((event.at for event in events if event.kind == kind), default=None)


def _day_and_time(moment: datetime | None) -> str:
    return when_text(moment, "moment")
