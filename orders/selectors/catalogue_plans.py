"""What a catalogue file would change on a venue's menu, before anything is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import CatalogueItem, CatalogueUpload, TaxRate, Venue
from orders.rules.catalogue_cells import CellUnusable, Problem, TaxWish, WantedItem
from orders.rules.catalogue_files import FileKind, Sheet, read_sheet

TaxKey = tuple[str, Decimal]
TAX_COLUMN: Final = {FileKind.PLAIN: "tax", FileKind.SQUARE: "Tax"}
KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row's effect: an item that is new, or one that is there and what changes about it."""

    wanted: WantedItem
    tax: TaxKey | None
    item: CatalogueItem | None = None
    changes: frozenset[str] = frozenset()

    @property
    def price_before(self) -> Money | None:
        return (
            None if self.item is None else Money(self.item.price_minor, self.wanted.price.currency)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All effects of a file, and the rows that have none because they cannot be used."""

    sheet: Sheet
    new: tuple[Step, ...]
    changed: tuple[Step, ...]
    same: int
    problems: tuple[Problem, ...]
    new_categories: tuple[str, ...]
    new_taxes: tuple[TaxKey, ...]
    new_groups: tuple[str, ...]

    @property
    def bad_rows(self) -> int:
        return len({problem.line for problem in self.problems})

    @property
    def effects(self) -> int:
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """The same for as long as importing would do the same."""
        said = [
            (step.wanted.line, step.item and str(step.item.pk), sorted(step.changes))
            for step in (*self.new, *self.changed)
        ]
        return hashlib.sha256(repr((said, self.same, self.bad_rows)).encode()).hexdigest()[:32]


def get_plan(*, venue: Venue, data: bytes) -> Plan:
    """What importing this file would do now.

    :raises FileUnreadable: there is nothing in it to import.
    """
    return make_plan(venue=venue, sheet=read_sheet(data, venue.currency))


def make_plan(*, venue: Venue, sheet: Sheet) -> Plan:
    """The same for a file that is understood already."""
    taxes = _Taxes(venue.tax_rates.order_by("id"))
    problems = list(sheet.problems)
    steps = list(_steps(venue, sheet, taxes, problems))
    new = tuple(step for step in steps if step.item is None)
    changed = tuple(step for step in steps if step.changes)
    writing = (*new, *changed)
    return Plan(
        sheet=sheet,
        new=new,
        changed=changed,
        same=len(steps) - len(writing),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        new_categories=_unknown(
            (step.wanted.category for step in new), venue.categories.values_list("name", flat=True)
        ),
        new_taxes=tuple(
            dict.fromkeys(step.tax for step in writing if step.tax and step.tax not in taxes.known)
        ),
        new_groups=_unknown(
            (name for step in writing for name in step.wanted.groups),
            venue.modifier_groups.values_list("name", flat=True),
        ),
    )


def find_upload(*, venue: Venue, upload_id: UUID, now: datetime) -> CatalogueUpload | None:
    """A file that somebody here sent within the last day."""
    return venue.catalogue_uploads.filter(id=upload_id, created_at__gt=now - KEPT).first()


class _Taxes:
    """The venue's taxes, found by what a file calls them."""

    def __init__(self, rows: Iterable[TaxRate]) -> None:
        self.known: dict[TaxKey, TaxRate] = {tax_key(row): row for row in rows}
        self.wished: dict[TaxKey, TaxKey] = {}

    def find(self, wish: TaxWish | None) -> TaxKey | None:
        """:raises CellUnusable: it cannot be told which one is meant."""
        if wish is None:
            return None
        meant = [key for key in self.known if _is_meant(wish, key)]
        if len(meant) == 1:
            return meant[0]
        if wish.name and wish.rate is not None:
            rate = wish.rate.normalize()
            return self.wished.setdefault((wish.name.casefold(), rate), (wish.name, rate))
        sentence = (
            gettext_noop("There are several taxes like “%(tax)s”. Write name and rate.")
            if meant
            else gettext_noop("There is no tax “%(tax)s” yet. Write name and rate: VAT 13.5 %%.")
        )
        raise CellUnusable(sentence, tax=wish)


def _steps(venue: Venue, sheet: Sheet, taxes: _Taxes, problems: list[Problem]) -> Iterator[Step]:
    """Each row beside the item it is about; one whose tax is unclear becomes a problem."""
    items = _items_by_key(venue)
    groups = _groups_by_item(venue) if "groups" in sheet.speaks_of else {}
    comparable = sheet.speaks_of | {"name", "price"}
    for wanted in sheet.items:
        try:
            tax = taxes.find(wanted.tax)
        except DomainError as why:
            column = TAX_COLUMN[sheet.kind]
            problems.append(Problem(line=wanted.line, column=column, why=why))
            continue
        item = items.get(wanted.key)
        if item is None:
            yield Step(wanted=wanted, tax=tax)
        else:
            changes = _changes(item, wanted, tax, groups.get(item.pk, frozenset()))
            yield Step(wanted=wanted, tax=tax, item=item, changes=changes & comparable)


def tax_key(row: TaxRate) -> TaxKey:
    """By what a tax is found again."""
    return row.name, row.rate.normalize()


def _is_meant(wish: TaxWish, key: TaxKey) -> bool:
    name, rate = key
    return wish.name.casefold() in {"", name.casefold()} and wish.rate in {None, rate}


def _items_by_key(venue: Venue) -> dict[tuple[str, str], CatalogueItem]:
    found: dict[tuple[str, str], CatalogueItem] = {}
    rows = venue.catalogue.on_sale().select_related("category", "tax_rate")
    for item in rows.order_by("category__position", "position", "id"):
        found.setdefault((item.category.name.casefold(), item.name.casefold()), item)
    return found


def _groups_by_item(venue: Venue) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    links = CatalogueItem.modifier_groups.through.objects.filter(catalogueitem__venue=venue)
    for item_id, name in links.values_list("catalogueitem_id", "modifiergroup__name"):
        found.setdefault(item_id, set()).add(name.casefold())
    return {item_id: frozenset(names) for item_id, names in found.items()}


def _changes(
    item: CatalogueItem, wanted: WantedItem, tax: TaxKey | None, groups: frozenset[str]
) -> frozenset[str]:
    """Which parts of an item are other than a row wants them."""
    before_and_after = {
        "name": (item.name, wanted.name),
        "price": (item.price_minor, wanted.price.minor),
        "tax": (item.tax_rate and tax_key(item.tax_rate), tax),
        "groups": (groups, frozenset(name.casefold() for name in wanted.groups)),
        "is_available": (
            item.is_available,
            item.is_available if wanted.is_available is None else wanted.is_available,
        ),
        "duration_minutes": (item.duration_minutes, wanted.duration_minutes),
        "expected_result": (item.expected_result, wanted.expected_result),
        "limits": (item.limits, wanted.limits),
    }
    return frozenset(part for part, (before, after) in before_and_after.items() if before != after)


def _unknown(wanted: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """What is wanted and not there, as first written, each once."""
    there = {name.casefold() for name in known}
    missing: dict[str, str] = {}
    for name in wanted:
        if name.casefold() not in there:
            missing.setdefault(name.casefold(), name)
    return tuple(missing.values())
