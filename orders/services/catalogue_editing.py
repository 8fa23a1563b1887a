"""Keeping a menu in order: what stands above what, what comes back, what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import CatalogueItem, Category, Modifier, ModifierGroup, Venue
from orders.services import catalogue
from orders.services.catalogue import ChoicesImpossible

MOST_CHOICES: Final = 40


class GroupInUse(DomainError):
    """Items still ask for this choice."""

    code = "group_in_use"


class SectionInUse(DomainError):
    """A section that has, or had, something in it."""

    code = "section_in_use"


class Way(IntEnum):
    """Where something is moved to in its list."""

    UP = -1
    DOWN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedChoice:
    """One choice as it shall be; without an id it is new."""

    modifier_id: UUID | None
    name: str
    delta: Money
    is_default: bool = False
    is_available: bool = True


def move_category(*, category: Category, way: Way) -> None:
    """One place up or down among the venue's sections."""
    _move(
        Category.objects.filter(venue=category.venue_id).order_by("position", "pk"), category, way
    )


def move_group(*, group: ModifierGroup, way: Way) -> None:
    """One place up or down in the order in which choices are asked."""
    siblings = ModifierGroup.objects.filter(venue=group.venue_id)
    _move(siblings.order_by("position", "name", "pk"), group, way)


def move_item(*, item: CatalogueItem, way: Way) -> None:
    """One place up or down within its section."""
    siblings = CatalogueItem.objects.on_sale().filter(category=item.category_id)
    _move(siblings.order_by("position", "name", "pk"), item, way)


def bring_back(*, item_id: UUID, venue: Venue) -> CatalogueItem:
    """Sell something again that was retired, below the rest of its section.

    :raises CatalogueItem.DoesNotExist: nothing like it was retired here.
    :raises NameTaken: its section sells another one of this name by now.
    """
    item = venue.catalogue.exclude(retired_at=None).get(id=item_id)
    item.retired_at = None
    item.position = catalogue.next_position(CatalogueItem.objects.filter(category=item.category_id))
    try:
        with transaction.atomic():
            item.save(update_fields=["retired_at", "position"])
    except IntegrityError as error:
        raise catalogue.taken(item.name) from error
    return item


@transaction.atomic
def remove_category(*, category: Category) -> None:
    """Take away a section that never held anything, such as one with a slip in its name.

    :raises SectionInUse: items are in it, on sale or retired.
    """
    if category.items.exists():
        raise SectionInUse(gettext_noop("Items are in this section, or were. Rename it instead."))
    category.delete()


@transaction.atomic
def update_group(
    *, group: ModifierGroup, name: str, choices: Sequence[EditedChoice], least: int, most: int
) -> ModifierGroup:
    """The group with these choices in this order; those not among them are gone.

    Lines that were sold with a choice keep its name and its price.

    :raises NameMissing, TextTooLong: names cannot be kept.
    :raises NameTaken: another one is called so.
    :raises ChoicesImpossible: so many cannot be chosen from these.
    :raises PriceUnclear: a difference is no amount of this venue.
    """
    group = ModifierGroup.objects.select_for_update().select_related("venue").get(pk=group.pk)
    if not 0 <= least <= min(most, len(choices)) or most < 1:
        raise ChoicesImpossible(gettext_noop("Nobody could choose that many of these."))
    if sum(choice.is_default for choice in choices) > most:
        raise ChoicesImpossible(gettext_noop("More are chosen beforehand than can be chosen."))
    group.name = catalogue.read_name(name, limit=60)
    others = ModifierGroup.objects.filter(venue=group.venue_id).exclude(pk=group.pk)
    if others.filter(name__iexact=group.name).exists():
        raise catalogue.taken(group.name)
    group.min_choices, group.max_choices = least, most
    group.save(update_fields=["name", "min_choices", "max_choices"])
    known = {modifier.id: modifier for modifier in group.modifiers.all()}
    kept = [_edited(known, group, choice, place) for place, choice in enumerate(choices)]
    group.modifiers.exclude(id__in=[modifier.id for modifier in kept]).delete()
    for modifier in kept:
        modifier.save()
    return group


@transaction.atomic
def remove_group(*, group: ModifierGroup) -> None:
    """Take away a choice that nothing on sale asks for any more.

    :raises GroupInUse: items still do.
    """
    if group.items.filter(retired_at=None).exists():
        raise GroupInUse(gettext_noop("Items still ask for this. Untick it there first."))
    group.items.clear()
    group.modifiers.all().delete()
    group.delete()


def _edited(
    known: dict[UUID, Modifier], group: ModifierGroup, choice: EditedChoice, place: int
) -> Modifier:
    """A choice of another group that somebody slipped in is taken for a new one."""
    found = known.get(choice.modifier_id) if choice.modifier_id else None
    modifier = found or Modifier(group=group)
    modifier.name = catalogue.read_name(choice.name, limit=60)
    modifier.price_delta_minor = catalogue.read_minor(choice.delta, group.venue, may_be_less=True)
    modifier.is_default, modifier.is_available = choice.is_default, choice.is_available
    modifier.position = place
    return modifier


@transaction.atomic
def _move(siblings: QuerySet[Any], row: Any, way: Way) -> None:
    """Swap with the neighbour; places that were never told apart are told apart by it.

    At the end of the list, and for a row that somebody took away meanwhile, nothing happens.
    """
    rows = list(siblings.select_for_update(no_key=True))
    place = next((place for place, each in enumerate(rows) if each.pk == row.pk), None)
    if place is None or not 0 <= place + way < len(rows):
        return
    rows[place], rows[place + way] = rows[place + way], rows[place]
    moved = [(number, each) for number, each in enumerate(rows) if each.position != number]
    for number, each in moved:
        each.position = number
    siblings.model.objects.bulk_update([each for _number, each in moved], ["position"])
