"""Finding out that two people on file are one, and making them one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Customer, Tab, User, Venue
from orders.rules.roles import Right, Role, ensure_may
from orders.services import customers, venues

# Every column that names a customer has its place in one of the two; a test walks all of them.
# What belongs to the person goes along, in whichever app it is.
GOES_ALONG: Final = frozenset({"orders.Tab.customer", "orders.Customer.merged_into"})
# What was written about an entry stays with it; pages about the person read both. An agreement to
# charge a card stays as well: it never covers more than the entry that gave it, and whoever it was
# is asked again. A booking stays too: it follows the signpost to whoever is expected.
STAYS: Final = frozenset(
    {
        "orders.CustomerEvent.customer",
        "payments.CardConsent.customer",
        "deposits.Booking.customer",
    }
)


class SamePerson(DomainError):
    """One entry cannot be merged into itself."""

    code = "same_person"


class CustomerUnknown(DomainError):
    """The venue has nobody like that on file."""

    code = "customer_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What merging would do.

    `fills` is what the kept entry lacks and takes over; `drops` is what it has already, so that
    guests are no longer found by the other's.
    """

    kept: Customer
    gone: Customer
    tabs: int
    fills: Mapping[str, str]
    drops: Mapping[str, str]
    note: str


def preview(*, kept: Customer, gone: Customer) -> Preview:
    """What `merge` would do now. Nothing is written."""
    fills, drops = _sort_out(kept, gone)
    count = Tab.objects.filter(customer=gone).count()
    note = _notes(kept, gone)
    return Preview(kept=kept, gone=gone, tabs=count, fills=fills, drops=drops, note=note)


@transaction.atomic
def merge(
    *, venue: Venue, kept_id: UUID, gone_id: UUID, by: User, role: Role, now: datetime
) -> Customer:
    """Make one entry of two. The same again changes nothing.

    Tabs are locked before people, as everywhere; whoever is just opening a tab in the name of
    the entry that goes is waited for.

    :raises NotAllowed: merging is for managers.
    :raises SamePerson: there is only one entry.
    :raises CustomerUnknown: one of them is not on file at this venue.
    :raises CustomerMerged: one of them was merged into somebody else.
    """
    ensure_may(role, Right.MERGE_CUSTOMERS)
    if kept_id == gone_id:
        raise SamePerson(gettext_noop("These are one entry already."))
    held = Tab.objects.filter(venue=venue, customer=gone_id).select_for_update(of=("self",))
    list(held.order_by("id").values_list("id"))
    kept, gone = _hold(venue, kept_id, gone_id)
    if gone.merged_into_id == kept.id:
        return kept
    if gone.merged_into_id or kept.merged_into_id:
        raise customers.CustomerMerged(
            gettext_noop("One of them was merged into somebody else meanwhile.")
        )
    fills, _drops = _sort_out(kept, gone)
    was = {field: getattr(gone, field) for field in ("name", "email", "phone", "note")}
    note = _notes(kept, gone)
    gone.email = gone.phone = ""
    gone.merged_into = kept
    gone.save(update_fields=["email", "phone", "merged_into"])
    for field, value in {**fills, "note": note}.items():
        setattr(kept, field, value)
    kept.save(update_fields=["name", "email", "phone", "note"])
    moved = _move(kept, gone)
    customers.record(
        kept, kind="merged", by=by, now=now, gone=str(gone.id), was=was, took=fills, moved=moved
    )
    venues.bump_board(venue.id)
    return kept


def _hold(venue: Venue, kept_id: UUID, gone_id: UUID) -> tuple[Customer, Customer]:
    """Both entries, locked in one order whoever is to be kept."""
    rows = Customer.objects.filter(venue=venue, id__in=[kept_id, gone_id])
    found = {row.id: row for row in rows.select_for_update().order_by("id")}
    if len(found) != len({kept_id, gone_id}):
        raise CustomerUnknown(gettext_noop("Nobody like that is on file here."))
    return found[kept_id], found[gone_id]


def _sort_out(kept: Customer, gone: Customer) -> tuple[dict[str, str], dict[str, str]]:
    """What the kept entry takes over, and what is left behind."""
    fills, drops = {}, {}
    for field in ("name", "email", "phone"):
        ours, theirs = getattr(kept, field), getattr(gone, field)
        if theirs and not ours:
            fills[field] = theirs
        elif theirs and theirs != ours:
            drops[field] = theirs
    return fills, drops


def _notes(kept: Customer, gone: Customer) -> str:
    """Both notes, as far as there is room; the record keeps the whole of the other."""
    if kept.note == gone.note:
        return kept.note
    return "\n".join(filter(None, (kept.note, gone.note)))[: customers.LONGEST_NOTE]


def _move(kept: Customer, gone: Customer) -> dict[str, int]:
    """Point everything that named the entry that goes to the one that is kept."""
    moved: dict[str, int] = {}
    for relation in Customer._meta.related_objects:  # noqa: SLF001  # Django's public name for it.
        column: Any = relation.field
        name = f"{column.model._meta.label}.{column.name}"  # noqa: SLF001  # The same.
        if name in GOES_ALONG:
            rows = column.model._base_manager.filter(**{column.name: gone})  # noqa: SLF001  # The same.
            moved[name] = rows.update(**{column.name: kept})
    return moved
