"""Finding things on the pad, and what a thing comes to with what was chosen for it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from config.front.pages.pad import Shelf
from config.kernel.money import Money
from orders.rules.texts import plain
from orders.selectors.catalogue import Choice, MenuItem
from orders.services.ringing_up import MOST_OF_ONE


def fitting(shelves: tuple[Shelf, ...], words: str) -> tuple[Shelf, ...]:
    """What is called so, however it is typed; sections with nothing in them are left out."""
    wanted = plain(words.strip())
    found = (
        replace(
            shelf,
            tiles=tuple(each for each in shelf.tiles if wanted in plain(each.sold.item.name)),
        )
        for shelf in shelves
    )
    return tuple(shelf for shelf in found if shelf.tiles)


def amount_of(sold: MenuItem, chosen: Container[str] | None, *, quantity: str) -> Money:
    """What a line of these choices would cost. None chose nothing yet: it comes as it is."""
    choices = [choice for group in sold.groups for choice in group.choices]
    each = sold.price
    for choice in choices:
        if _is_chosen(choice, chosen):
            each += choice.delta
    count = int(quantity) if quantity.isdecimal() and quantity.isascii() else 1
    return max(each, Money.zero(each.currency)) * min(max(count, 1), MOST_OF_ONE)


def _is_chosen(choice: Choice, chosen: Container[str] | None) -> bool:
    if chosen is None:
        return choice.modifier.is_default and choice.modifier.is_available
    return str(choice.modifier.pk) in chosen
