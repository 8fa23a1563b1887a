"""A venue's menu, whole, in as many statements for one item as for a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from config.kernel.money import Money
from orders.models import CatalogueItem, Category, Modifier, ModifierGroup, Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A modifier with its price difference as money."""

    modifier: Modifier
    delta: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceGroup:
    """A modifier group with its choices."""

    group: ModifierGroup
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """An item with everything there is to choose about it."""

    item: CatalogueItem
    price: Money
    groups: tuple[ChoiceGroup, ...]

    @property
    def must_choose(self) -> bool:
        """Whether it cannot be added without asking first."""
        return any(choice.group.min_choices for choice in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A category with what is in it."""

    category: Category
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Everything on sale, sold-out items included, in the venue's own order."""

    venue: Venue
    sections: tuple[Section, ...]


def get_menu(*, venue: Venue) -> Menu:
    """The menu of a venue; sections with nothing in them are left out."""
    items = [menu_item(item, venue.currency) for item in list_items(venue=venue)]
    sections = tuple(
        Section(category=members[0].item.category, items=tuple(members))
        for members in (
            list(section) for _, section in groupby(items, key=lambda each: each.item.category_id)
        )
    )
    return Menu(venue=venue, sections=sections)


def find_item(*, venue: Venue, item_id: UUID) -> MenuItem | None:
    """One item on sale here, with its choices."""
    item = list_items(venue=venue).filter(id=item_id).first()
    return None if item is None else menu_item(item, venue.currency)


def list_items(*, venue: Venue) -> QuerySet[CatalogueItem]:
    """What is on sale, with categories, taxes and choices already read."""
    modifiers = Modifier.objects.order_by("position", "name")
    groups = ModifierGroup.objects.order_by("position", "name").prefetch_related(
        Prefetch("modifiers", queryset=modifiers)
    )
    return (
        venue.catalogue.on_sale()
        .select_related("venue", "category", "tax_rate", "promise")
        .prefetch_related(Prefetch("modifier_groups", queryset=groups))
        .order_by("category__position", "category_id", "position", "name")
    )


def menu_item(item: CatalogueItem, currency: str) -> MenuItem:
    groups = tuple(
        ChoiceGroup(
            group=group,
            choices=tuple(
                Choice(modifier=modifier, delta=Money(modifier.price_delta_minor, currency))
                for modifier in group.modifiers.all()
            ),
        )
        for group in item.modifier_groups.all()
        # A group that came in with a file has nothing to choose from yet.
        if group.modifiers.all()
    )
    return MenuItem(item=item, price=Money(item.price_minor, currency), groups=groups)
