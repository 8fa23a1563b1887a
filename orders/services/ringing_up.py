"""From what was tapped to what stands on the tab: prices, choices, taxes, copied at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, UUIDField

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.prepared import Prepared
from orders.models import CatalogueItem, Line, Modifier, Tab, User
from orders.rules.modifiers import Option, OptionGroup, choose, price_with
from orders.rules.texts import tidy

LONGEST_NOTE: Final = 120
MOST_OF_ONE: Final = 99


class ItemUnknown(DomainError):
    """The venue does not sell this."""

    code = "item_unknown"


class ItemSoldOut(DomainError):
    """It is sold out today."""

    code = "item_sold_out"


class QuantityOutOfRange(DomainError):
    """So many cannot be ordered in one line."""

    code = "quantity_out_of_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """What somebody would like. The same `request_key` again is the same line."""

    item_id: UUID
    quantity: int = 1
    modifier_ids: Sequence[UUID] = ()
    note: str = ""
    request_key: str | None = None


def ring_up(
    tab: Tab, wanted: Sequence[NewLine], *, first_position: int, by: User, now: datetime
) -> list[Line]:
    """Lines as they would be stored; nothing is written yet.

    :raises ItemUnknown: it is not sold here, or no longer.
    :raises ItemSoldOut: it is not to be had today.
    :raises QuantityOutOfRange, TextTooLong: number or note cannot be kept.
    :raises ModifierUnknown, ModifierSoldOut, ModifiersMissing, TooManyModifiers: see `choose`.
    """
    items = _items_of(tab, wanted)
    groups = _groups_of(items)
    return [
        _line(
            tab, each, _item(items, each), groups, position=first_position + index, by=by, now=now
        )
        for index, each in enumerate(wanted)
    ]


def check_quantity(quantity: int) -> int:
    """:raises QuantityOutOfRange: not a whole number from 1 to 99."""
    if type(quantity) is not int or not 1 <= quantity <= MOST_OF_ONE:
        raise QuantityOutOfRange(
            gettext_noop("Between 1 and %(most)s of one thing, please."), most=MOST_OF_ONE
        )
    return quantity


def _items_of(tab: Tab, wanted: Sequence[NewLine]) -> Mapping[UUID, CatalogueItem]:
    """What is asked for, as far as it is on sale here; each knows whether it `has_choices`."""
    ids = {each.item_id for each in wanted}
    if len(ids) == 1:
        found = _ONE_ITEM.all(venue_id=tab.venue_id, item_id=next(iter(ids)))
        return {item.id: item for item in found}
    return _with_choices(tab.venue.catalogue.on_sale()).in_bulk(ids)


def _with_choices(items: QuerySet[CatalogueItem]) -> QuerySet[Any]:
    choices = Modifier.objects.filter(group__items=OuterRef("pk"))
    return items.annotate(has_choices=Exists(choices)).select_related("tax_rate")


# The usual order: one thing at a time.
_ONE_ITEM: Final = Prepared(
    lambda place: _with_choices(
        CatalogueItem.objects.filter(
            venue_id=place("venue_id", UUIDField()), id=place("item_id", UUIDField())
        ).on_sale()
    )
)


def _item(items: Mapping[UUID, CatalogueItem], wanted: NewLine) -> CatalogueItem:
    item = items.get(wanted.item_id)
    if item is None:
        raise ItemUnknown(gettext_noop("This is not on the menu any more."))
    if not item.is_available:
        raise ItemSoldOut(gettext_noop("%(name)s is sold out today."), name=item.name)
    return item


def _groups_of(items: Mapping[UUID, CatalogueItem]) -> Mapping[UUID, Sequence[OptionGroup]]:
    """The choices of each item, in one statement. A group without choices asks for none."""
    varied = [item_id for item_id, item in items.items() if getattr(item, "has_choices", True)]
    if not varied:
        return {}
    modifiers = (
        Modifier.objects.filter(group__items__in=varied)
        .annotate(item_id=F("group__items"))
        .select_related("group")
        .order_by("group__position", "group__name", "position", "name")
    )
    found: defaultdict[UUID, dict[int, list[Modifier]]] = defaultdict(dict)
    for modifier in modifiers:
        found[modifier.item_id].setdefault(modifier.group_id, []).append(modifier)
    return {
        item_id: [_option_group(members) for members in by_group.values()]
        for item_id, by_group in found.items()
    }


def _option_group(members: Sequence[Modifier]) -> OptionGroup:
    group = members[0].group
    return OptionGroup(
        name=group.name,
        min_choices=group.min_choices,
        max_choices=group.max_choices,
        options=tuple(
            Option(
                id=modifier.id,
                name=modifier.name,
                delta_minor=modifier.price_delta_minor,
                is_available=modifier.is_available,
                is_default=modifier.is_default,
            )
            for modifier in members
        ),
    )


def _line(
    tab: Tab,
    wanted: NewLine,
    item: CatalogueItem,
    groups: Mapping[UUID, Sequence[OptionGroup]],
    *,
    position: int,
    by: User,
    now: datetime,
) -> Line:
    chosen = choose(groups.get(item.id, ()), wanted.modifier_ids)
    return Line(
        tab=tab,
        item=item,
        position=position,
        name=item.name,
        quantity=check_quantity(wanted.quantity),
        unit_price_minor=price_with(item.price_minor, chosen),
        currency=tab.currency,
        modifiers=[_as_stored(option) for option in chosen],
        note=tidy(wanted.note, limit=LONGEST_NOTE),
        promise_id=item.promise_id,
        tax_name=item.tax_rate.name if item.tax_rate else "",
        tax_rate=item.tax_rate.rate if item.tax_rate else Decimal(0),
        request_key=wanted.request_key,
        added_by=by,
        added_at=now,
    )


def _as_stored(option: Option) -> dict[str, object]:
    return {
        "id": str(option.id),
        "name": option.name,
        "delta_minor": option.delta_minor,
        "is_default": option.is_default,
    }
