"""What a venue sells: sections, items and the choices that go with them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import MAX_MINOR, Money, step_of
from orders.models import (
    CatalogueItem,
    Category,
    Modifier,
    ModifierGroup,
    TaxRate,
    User,
    Venue,
)
from orders.rules.texts import tidy, tidy_paragraphs
from orders.services import promises

logger = logging.getLogger(__name__)

LONGEST_TEXT: Final = 2000


class NameMissing(DomainError):
    """Without a name nobody can order it."""

    code = "name_missing"


class NameTaken(DomainError):
    """There is one of this name already."""

    code = "name_taken"


class PriceUnclear(DomainError):
    """This is no price in the venue's currency."""

    code = "price_unclear"


class ChoicesImpossible(DomainError):
    """A group asks for more choices than it has, or for fewer than none."""

    code = "choices_impossible"


class OtherVenue(DomainError):
    """Part of this belongs to another venue."""

    code = "other_venue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """Everything about an item that people enter."""

    name: str
    price: Money
    category: Category
    tax_rate: TaxRate | None = None
    groups: Sequence[ModifierGroup] = ()
    duration_minutes: int | None = None
    expected_result: str = ""
    limits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChoice:
    """One modifier as people enter it."""

    name: str
    delta: Money
    is_default: bool = False


def add_category(*, venue: Venue, name: str) -> Category:
    """A new section, below the others.

    :raises NameMissing, NameTaken, TextTooLong: it needs a name of its own.
    """
    try:
        with transaction.atomic():
            return Category.objects.create(
                venue=venue,
                name=read_name(name, limit=60),
                position=next_position(venue.categories),
            )
    except IntegrityError as error:
        raise taken(name) from error


def rename_category(*, category: Category, name: str) -> Category:
    """:raises NameMissing, NameTaken, TextTooLong: it needs a name of its own."""
    category.name = read_name(name, limit=60)
    try:
        with transaction.atomic():
            category.save(update_fields=["name"])
    except IntegrityError as error:
        raise taken(name) from error
    return category


def create_item(
    *, venue: Venue, details: ItemDetails, now: datetime, by: User | None = None
) -> CatalogueItem:
    """Sell something new, under the first version of what it promises, if it promises anything.

    :raises NameMissing, NameTaken, TextTooLong: it needs a name of its own in its section.
    :raises PriceUnclear: the price is none of this venue.
    :raises OtherVenue: section, tax or choices are not this venue's.
    """
    position = next_position(CatalogueItem.objects.filter(category=details.category))
    return _save(CatalogueItem(venue=venue, position=position), details, by=by, now=now)


def update_item(
    *, item: CatalogueItem, details: ItemDetails, now: datetime, by: User | None = None
) -> CatalogueItem:
    """Sell it under other details from now on; lines sold before keep theirs.

    Another wording of what it promises is another version; the same wording is none.

    Raises as `create_item` does.
    """
    return _save(item, details, by=by, now=now)


def set_available(*, item_id: UUID, venue: Venue, is_available: bool, by: User) -> CatalogueItem:
    """Say that something is sold out today, or to be had again.

    :raises CatalogueItem.DoesNotExist: it is not sold here.
    """
    item = venue.catalogue.on_sale().get(id=item_id)
    item.is_available = is_available
    item.save(update_fields=["is_available"])
    logger.info("Item %s available=%s, said user %s", item.id, is_available, by.pk)
    return item


def retire_item(*, item_id: UUID, venue: Venue, now: datetime) -> CatalogueItem:
    """Take something off the menu for good; tabs that have it keep it.

    :raises CatalogueItem.DoesNotExist: it is not sold here.
    """
    item = venue.catalogue.on_sale().get(id=item_id)
    item.retired_at = now
    item.save(update_fields=["retired_at"])
    return item


@transaction.atomic
def create_group(
    *, venue: Venue, name: str, choices: Sequence[NewChoice], least: int = 0, most: int = 1
) -> ModifierGroup:
    """A choice to make with items: a size, a milk, extras.

    :raises NameMissing, TextTooLong: names cannot be kept.
    :raises NameTaken: there is one called so, and a file could not tell them apart.
    :raises ChoicesImpossible: so many cannot be chosen from these.
    :raises PriceUnclear: a difference is no amount of this venue.
    """
    if venue.modifier_groups.filter(name__iexact=read_name(name, limit=60)).exists():
        raise taken(name)
    if not 0 <= least <= min(most, len(choices)) or most < 1:
        raise ChoicesImpossible(gettext_noop("Nobody could choose that many of these."))
    group = ModifierGroup.objects.create(
        venue=venue,
        name=read_name(name, limit=60),
        min_choices=least,
        max_choices=most,
        position=next_position(venue.modifier_groups),
    )
    Modifier.objects.bulk_create(
        Modifier(
            group=group,
            name=read_name(choice.name, limit=60),
            price_delta_minor=read_minor(choice.delta, venue, may_be_less=True),
            is_default=choice.is_default,
            position=position,
        )
        for position, choice in enumerate(choices)
    )
    return group


def set_modifier_available(
    *, modifier_id: UUID, venue: Venue, is_available: bool, by: User
) -> Modifier:
    """Say that a choice is sold out today, or to be had again.

    :raises Modifier.DoesNotExist: there is no such choice here.
    """
    modifier = Modifier.objects.get(id=modifier_id, group__venue=venue)
    modifier.is_available = is_available
    modifier.save(update_fields=["is_available"])
    logger.info("Choice %s available=%s, said user %s", modifier.id, is_available, by.pk)
    return modifier


def _save(
    item: CatalogueItem, details: ItemDetails, *, by: User | None, now: datetime
) -> CatalogueItem:
    parts = (details.category, details.tax_rate, *details.groups)
    if any(part is not None and part.venue_id != item.venue_id for part in parts):
        raise OtherVenue(gettext_noop("Part of this belongs to another venue."))
    item.name = read_name(details.name, limit=80)
    item.price_minor = read_minor(details.price, item.venue)
    item.category, item.tax_rate = details.category, details.tax_rate
    item.duration_minutes = details.duration_minutes
    item.expected_result = tidy_paragraphs(details.expected_result, limit=LONGEST_TEXT)
    item.limits = tidy_paragraphs(details.limits, limit=LONGEST_TEXT)
    try:
        with transaction.atomic():
            item.save()
            item.modifier_groups.set(details.groups)
            promises.put_in_force([item], by=by, now=now)
    except IntegrityError as error:
        raise taken(details.name) from error
    return item


def read_name(text: str, *, limit: int) -> str:
    """:raises NameMissing: nothing is left of it. :raises TextTooLong: too much is."""
    name = tidy(text, limit=limit)
    if not name:
        raise NameMissing(gettext_noop("It needs a name."))
    return name


def taken(name: str) -> NameTaken:
    """The refusal of a name that is given away."""
    return NameTaken(gettext_noop("There is already one called %(name)s."), name=name.strip())


def read_minor(amount: Money, venue: Venue, *, may_be_less: bool = False) -> int:
    """:raises PriceUnclear: it is no amount of this venue, or less than nothing."""
    if amount.currency != venue.currency or amount.minor % step_of(venue.currency):
        raise PriceUnclear(gettext_noop("That is no amount of this venue's currency."))
    if (amount.minor < 0 and not may_be_less) or abs(amount.minor) > MAX_MINOR:
        raise PriceUnclear(gettext_noop("That is no price: it is below zero or far too large."))
    return amount.minor


def next_position(siblings: object) -> int:
    """The place below everything that is there."""
    last: int | None = siblings.aggregate(last=Max("position"))["last"]  # type: ignore[attr-defined]
    return 0 if last is None else last + 1
