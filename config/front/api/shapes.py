"""What tab calls answer: written out by hand, since these are asked for all day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.kernel.api.fields import money
from config.kernel.money import Money
from orders.models import Customer, Line, Tab, TabEvent
from orders.rules.reductions import TakenOff
from orders.selectors.bills import Bill
from orders.selectors.promises import Promised
from payments.selectors.balances import Standing
from payments.selectors.payments import GivenBack, Paid, TakenBack


@dataclass(frozen=True, slots=True, kw_only=True)
class FullBill:
    """A tab with everything a caller may want to know about it; no query is left to run.

    Without `history` nobody has asked what happened to it.
    """

    bill: Bill
    promised: Sequence[Promised]
    standing: Standing
    payments: Sequence[Paid]
    history: Sequence[TabEvent] | None = None


def tab(each: Tab, standing: Standing, *, guest_url: str, now: datetime) -> dict[str, Any]:
    """A tab without its lines."""
    return {
        "id": str(each.id),
        "number": each.number,
        "venue": each.venue.slug,
        "status": each.status,
        "label": each.label,
        "token": each.token_code or None,
        "guest_name": each.guest_name,
        "guests_count": each.guests_count,
        "purchase_order": each.purchase_order,
        "customer": _customer(each.customer),
        "totals": _sums(standing.total, standing),
        "opened_at": moment(each.opened_at),
        "closed_at": moment(each.closed_at),
        "due_at": moment(each.due_at),
        "settled_at": moment(each.settled_at),
        "is_overdue": each.is_overdue(now),
        "merged_into": str(each.merged_into_id) if each.merged_into_id else None,
        "guest_url": guest_url,
    }


def bill(full: FullBill, *, guest_url: str, now: datetime) -> dict[str, Any]:
    """A tab with its lines and payments, and its history where that is at hand."""
    totals = full.bill.totals
    shown = tab(full.bill.tab, full.standing, guest_url=guest_url, now=now)
    shown["totals"] = {
        "subtotal": money(totals.subtotal),
        "tax": money(totals.tax),
        "service_charge": money(totals.service_charge),
        "rounding": money(totals.rounding),
        **_sums(full.bill.total, full.standing),
    }
    promised = {each.line_id: each for each in full.promised}
    shown["lines"] = [_line(each, promised.get(each.id)) for each in full.bill.lines]
    shown["payments"] = [_payment(each) for each in full.payments]
    if full.history is not None:
        shown["history"] = [_event(each) for each in full.history]
    return shown


def moment(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sums(total: Money, standing: Standing) -> dict[str, Any]:
    return {
        "total": money(total),
        "paid": money(standing.paid),
        "reserved": money(standing.reserved),
        "balance": money(standing.balance),
    }


def _customer(person: Customer | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
    }


def _line(line: Line, promised: Promised | None) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "item": str(line.item_id),
        "name": line.name,
        "state": _state(line),
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "amount": money(line.amount),
        "off": money(line.off),
        "moved": money(line.moved),
        "share_of": str(line.share_of_id) if line.share_of_id else None,
        "reductions": [_reduction(each) for each in line.taken_off],
        "modifiers": [
            {
                "id": chosen["id"],
                "name": chosen["name"],
                "price_delta": money(Money(chosen["delta_minor"], line.currency)),
            }
            for chosen in line.modifiers
        ],
        "note": line.note,
        "promise": promised and _promise(promised),
        "tax": {"name": line.tax_name, "rate": f"{line.tax_rate.normalize():f}"},
        "added_by": line.added_by.get_short_name(),
        "added_at": moment(line.added_at),
        "sent_at": moment(line.sent_at),
        "served_at": moment(line.served_at),
        "voided_at": moment(line.voided_at),
        "void_reason": line.void_reason,
    }


def _reduction(taken: TakenOff) -> dict[str, Any]:
    return {
        "id": taken.id,
        "kind": taken.kind,
        "quantity": taken.quantity,
        "amount": money(taken.amount),
        "reason": taken.reason,
    }


def _promise(each: Promised) -> dict[str, Any]:
    return {
        "version": each.version,
        "digest": each.digest,
        "duration": each.duration_minutes,
        "expected_result": each.expected_result,
        "limits": each.limits,
        "is_waiting": each.is_waiting,
        "acknowledgement": {
            "way": each.way,
            "name": each.signed,
            "reason": each.reason,
            "at": moment(each.at),
        }
        if each.way
        else None,
    }


def _state(line: Line) -> str:
    if line.is_void:
        return "void"
    if line.is_served:
        return "served"
    return "sent" if line.is_sent else "unsent"


def _payment(paid: Paid) -> dict[str, Any]:
    return {
        "id": str(paid.id),
        "method": paid.method,
        "amount": money(paid.amount),
        "tip": money(paid.tip),
        "at": moment(paid.at),
        "card_brand": paid.brand,
        "card_last4": paid.last4,
        "recorded_by": paid.recorded_by,
        "receipt": paid.receipt_label or None,
        "receipt_id": str(paid.receipt_id) if paid.receipt_id else None,
        "reversal": _reversal(paid.taken_back) if paid.taken_back else None,
        "refunds": [_refund(each) for each in paid.refunds],
    }


def _reversal(taken_back: TakenBack) -> dict[str, Any]:
    return {"at": moment(taken_back.at), "by": taken_back.by, "reason": taken_back.reason}


def _refund(back: GivenBack) -> dict[str, Any]:
    return {
        "id": str(back.id),
        "state": back.state,
        "amount": money(back.amount),
        "tip": money(back.tip),
        "reason": back.reason,
        "requested_by": back.by or None,
        "at": moment(back.at),
    }


def _event(event: TabEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "at": moment(event.at),
        "by": event.by.get_short_name() if event.by else None,
        "actor": event.actor,
        "data": event.data,
    }
