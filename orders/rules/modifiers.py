"""Choices made with an item: which are allowed, how many, and what they do to the price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from config.kernel.errors import DomainError, gettext_noop


class ModifierUnknown(DomainError):
    """A choice was named that this item does not have."""

    code = "modifier_unknown"


class ModifierSoldOut(DomainError):
    """A choice is not to be had today."""

    code = "modifier_sold_out"


class ModifiersMissing(DomainError):
    """A group asks for more choices than were made."""

    code = "modifiers_missing"


class TooManyModifiers(DomainError):
    """A group allows fewer choices than were made."""

    code = "too_many_modifiers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice, and what it adds to the price or takes off; the default is how it comes."""

    id: UUID
    name: str
    delta_minor: int
    is_available: bool
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionGroup:
    """Choices that belong together, and how many of them may be made."""

    name: str
    min_choices: int
    max_choices: int
    options: tuple[Option, ...]


def choose(groups: Sequence[OptionGroup], wanted: Iterable[UUID]) -> tuple[Option, ...]:
    """The chosen options in the menu's order; naming one twice is naming it once.

    :raises ModifierUnknown: the item has no such choice.
    :raises ModifierSoldOut: the choice is sold out.
    :raises ModifiersMissing: a group asks for more.
    :raises TooManyModifiers: a group allows fewer.
    """
    ids = frozenset(wanted)
    if unknown := ids - {option.id for group in groups for option in group.options}:
        raise ModifierUnknown(
            gettext_noop("This item has no such choice (%(choices)s)."),
            choices=", ".join(sorted(str(each) for each in unknown)),
        )
    return tuple(option for group in groups for option in _choose_of(group, ids))


def price_with(price_minor: int, chosen: Iterable[Option]) -> int:
    """The price of one, choices included; it can become nothing, but never less."""
    return max(price_minor + sum(option.delta_minor for option in chosen), 0)


def _choose_of(group: OptionGroup, ids: frozenset[UUID]) -> list[Option]:
    chosen = [option for option in group.options if option.id in ids]
    for option in chosen:
        if not option.is_available:
            raise ModifierSoldOut(gettext_noop("%(name)s is sold out today."), name=option.name)
    if len(chosen) < group.min_choices:
        raise ModifiersMissing(
            gettext_noop("%(group)s: please choose at least %(count)s."),
            group=group.name,
            count=group.min_choices,
        )
    if len(chosen) > group.max_choices:
        raise TooManyModifiers(
            gettext_noop("%(group)s: please choose %(count)s at most."),
            group=group.name,
            count=group.max_choices,
        )
    return chosen
