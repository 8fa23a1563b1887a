"""Writing a planned catalogue: a handful of statements for each few hundred items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Max

from orders.models import CatalogueItem, Category, ModifierGroup, TaxRate, User, Venue
from orders.selectors.catalogue_plans import Plan, Step, TaxKey, tax_key
from orders.services import promises

BATCH: Final = 500
LINK: Final = CatalogueItem.modifier_groups.through
# In which field a part of an item is kept; its groups of choices are rows of their own.
FIELDS: Final = {
    "name": "name",
    "price": "price_minor",
    "tax": "tax_rate",
    "is_available": "is_available",
    "duration_minutes": "duration_minutes",
    "expected_result": "expected_result",
    "limits": "limits",
}
# Parts that make the wording of what a service promises.
WORDING: Final = frozenset({"duration_minutes", "expected_result", "limits"})
Tell = Callable[[int, int], None]
T = TypeVar("T")


def write(*, venue: Venue, plan: Plan, by: User | None, now: datetime, tell: Tell) -> None:
    """Carry a plan out within the caller's transaction; `tell` hears how many of how many."""
    writer = _Writer(venue, plan, by=by, now=now)
    done = 0
    for batch in _batches(plan.new):
        writer.create(batch)
        done += len(batch)
        tell(done, plan.effects)
    for batch in _batches(plan.changed):
        writer.update(batch)
        done += len(batch)
        tell(done, plan.effects)


class _Writer:
    """What the rows of a file refer to, made where it was missing."""

    def __init__(self, venue: Venue, plan: Plan, *, by: User | None, now: datetime) -> None:
        self.venue, self.by, self.now = venue, by, now
        self.categories = _by_name(_with_new_categories(venue, plan.new_categories))
        self.groups = _by_name(_with_new_groups(venue, plan.new_groups))
        self.taxes = _with_new_taxes(venue, plan.new_taxes)
        self.next_place = _next_places(venue)

    def create(self, steps: Sequence[Step]) -> None:
        items = [self._new(step) for step in steps]
        CatalogueItem.objects.bulk_create(items)
        self._promise([item for item in items if item.expected_result or item.limits])
        self._link(zip(items, steps, strict=True))

    def update(self, steps: Sequence[Step]) -> None:
        parts = frozenset[str]().union(*(step.changes for step in steps))
        # Each field more makes the statement longer by all its items, so only those that change.
        if fields := [field for part, field in FIELDS.items() if part in parts]:
            CatalogueItem.objects.bulk_update([self._changed(step) for step in steps], fields)
        self._promise([item for item, step in _items(steps) if WORDING & step.changes])
        relinked = [(item, step) for item, step in _items(steps) if "groups" in step.changes]
        LINK.objects.filter(catalogueitem__in=[item for item, _step in relinked]).delete()
        self._link(relinked)

    def _new(self, step: Step) -> CatalogueItem:
        wanted = step.wanted
        category = self.categories[wanted.category.casefold()]
        self.next_place[category.pk] += 1
        return CatalogueItem(
            venue=self.venue,
            category=category,
            name=wanted.name,
            price_minor=wanted.price.minor,
            tax_rate=self.taxes[step.tax] if step.tax else None,
            is_available=wanted.is_available is not False,
            position=self.next_place[category.pk] - 1,
            duration_minutes=wanted.duration_minutes,
            expected_result=wanted.expected_result,
            limits=wanted.limits,
        )

    def _changed(self, step: Step) -> CatalogueItem:
        item, wanted = step.item, step.wanted
        assert item is not None
        item.name, item.price_minor = wanted.name, wanted.price.minor
        if "tax" in step.changes:
            item.tax_rate = self.taxes[step.tax] if step.tax else None
        if wanted.is_available is not None:
            item.is_available = wanted.is_available
        for part in WORDING & step.changes:
            setattr(item, part, getattr(wanted, part))
        return item

    def _promise(self, items: Sequence[CatalogueItem]) -> None:
        if items:
            promises.put_in_force(items, by=self.by, now=self.now)

    def _link(self, pairs: Iterable[tuple[CatalogueItem, Step]]) -> None:
        LINK.objects.bulk_create(
            [
                LINK(catalogueitem_id=item.pk, modifiergroup_id=self.groups[name.casefold()].pk)
                for item, step in pairs
                for name in step.wanted.groups
            ],
            batch_size=BATCH,
        )


def _items(steps: Iterable[Step]) -> Iterator[tuple[CatalogueItem, Step]]:
    for step in steps:
        assert step.item is not None
        yield step.item, step


def _with_new_categories(venue: Venue, names: Sequence[str]) -> list[Category]:
    place = _next(venue.categories.aggregate(last=Max("position"))["last"])
    Category.objects.bulk_create(
        Category(venue=venue, name=name, position=place + count) for count, name in enumerate(names)
    )
    return list(venue.categories.order_by("position", "id"))


def _with_new_groups(venue: Venue, names: Sequence[str]) -> list[ModifierGroup]:
    """A file names groups and says nothing of their choices; those are added by hand."""
    place = _next(venue.modifier_groups.aggregate(last=Max("position"))["last"])
    ModifierGroup.objects.bulk_create(
        ModifierGroup(venue=venue, name=name, position=place + count)
        for count, name in enumerate(names)
    )
    return list(venue.modifier_groups.order_by("position", "id"))


def _with_new_taxes(venue: Venue, keys: Sequence[TaxKey]) -> dict[TaxKey, TaxRate]:
    TaxRate.objects.bulk_create(TaxRate(venue=venue, name=name, rate=rate) for name, rate in keys)
    return {tax_key(row): row for row in venue.tax_rates.all()}


def _next_places(venue: Venue) -> defaultdict[int, int]:
    rows = venue.catalogue.values_list("category").annotate(last=Max("position")).order_by()
    return defaultdict(int, {category: _next(last) for category, last in rows})


def _next(last: int | None) -> int:
    return 0 if last is None else last + 1


Named = TypeVar("Named", Category, ModifierGroup)


def _by_name(rows: Iterable[Named]) -> dict[str, Named]:
    """The first of each name: that is the one a plan compared with."""
    found: dict[str, Named] = {}
    for row in rows:
        found.setdefault(row.name.casefold(), row)
    return found


def _batches(steps: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(steps), BATCH):
        yield steps[start : start + BATCH]
