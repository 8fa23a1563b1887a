"""The menu as managers edit it: section by section, with what the counter no longer sees."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from config.kernel.money import Money
from orders.models import CatalogueItem, Category, Modifier, ModifierGroup, Venue
from orders.selectors.catalogue import list_items

ON_SALE = Q(items__retired_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item with its price as money."""

    item: CatalogueItem
    price: Money
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All sections, and the items of the one that was asked for."""

    sections: tuple[Category, ...]
    section: Category | None
    items: tuple[Shown, ...]
    retired: int


def get_shelf(*, venue: Venue, section_id: int | None) -> Shelf:
    """One section to edit; the first when another was asked for than there is."""
    sections = tuple(list_sections(venue=venue))
    section = next((each for each in sections if each.pk == section_id), None)
    section = section or next(iter(sections), None)
    items = list_items(venue=venue).filter(category=section) if section else ()
    return Shelf(
        sections=sections,
        section=section,
        items=tuple(_shown(item, venue) for item in items),
        retired=venue.catalogue.exclude(retired_at=None).count(),
    )


def list_sections(*, venue: Venue) -> QuerySet[Category]:
    """Sections in their order, with `item_count`: how many items of each are on sale."""
    counted = venue.categories.annotate(item_count=Count("items", filter=ON_SALE))
    return counted.order_by("position", "pk")


def list_retired(*, venue: Venue) -> tuple[Shown, ...]:
    """What is sold no more, last retired first."""
    items = venue.catalogue.exclude(retired_at=None).select_related("category", "tax_rate")
    return tuple(
        Shown(item=item, price=Money(item.price_minor, venue.currency), groups=())
        for item in items.order_by("-retired_at", "name")[:500]
    )


def list_groups(*, venue: Venue) -> QuerySet[ModifierGroup]:
    """Choices in their order, with `item_count`: how many items on sale ask for each."""
    modifiers = Modifier.objects.order_by("position", "name")
    counted = venue.modifier_groups.annotate(item_count=Count("items", filter=ON_SALE))
    return counted.prefetch_related(Prefetch("modifiers", queryset=modifiers)).order_by(
        "position", "name", "pk"
    )


def find_item(*, venue: Venue, item_id: UUID) -> CatalogueItem | None:
    """Something on sale here."""
    return list_items(venue=venue).filter(id=item_id).first()


def _shown(item: CatalogueItem, venue: Venue) -> Shown:
    return Shown(
        item=item,
        price=Money(item.price_minor, venue.currency),
        groups=tuple(group.name for group in item.modifier_groups.all()),
    )
