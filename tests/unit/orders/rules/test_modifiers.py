from __future__ import annotations

from uuid import UUID

import pytest

from orders.rules.modifiers import (
    ModifiersMissing,
    ModifierSoldOut,
    ModifierUnknown,
    Option,
    OptionGroup,
    TooManyModifiers,
    choose,
    price_with,
)


def option(number, name, delta=0, *, is_available=True):
    return Option(id=UUID(int=number), name=name, delta_minor=delta, is_available=is_available)


REGULAR, LARGE = option(1, "Regular"), option(2, "Large", 60)
SHOT, VANILLA, FOAM = option(3, "Shot", 80), option(4, "Vanilla", 40), option(5, "No foam", -20)
ALMOND = option(6, "Almond", 50, is_available=False)
SIZE = OptionGroup(name="Size", min_choices=1, max_choices=1, options=(REGULAR, LARGE))
EXTRAS = OptionGroup(
    name="Extras", min_choices=0, max_choices=2, options=(SHOT, VANILLA, FOAM, ALMOND)
)


def ids(*options):
    return [each.id for each in options]


def test_choices_come_in_the_menus_order_and_once():
    chosen = choose([SIZE, EXTRAS], ids(VANILLA, LARGE, SHOT, VANILLA))

    assert chosen == (LARGE, SHOT, VANILLA)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ([], ModifiersMissing),
        (ids(SHOT), ModifiersMissing),
        (ids(REGULAR, LARGE), TooManyModifiers),
        (ids(LARGE, SHOT, VANILLA, FOAM), TooManyModifiers),
        (ids(LARGE, ALMOND), ModifierSoldOut),
        ([*ids(LARGE), UUID(int=99)], ModifierUnknown),
    ],
)
def test_what_cannot_be_chosen_is_refused(wanted, refusal):
    with pytest.raises(refusal):
        choose([SIZE, EXTRAS], wanted)


def test_an_item_without_groups_has_no_choices():
    assert choose([], []) == ()
    with pytest.raises(ModifierUnknown):
        choose([], ids(LARGE))


@pytest.mark.parametrize(
    ("price", "chosen", "result"),
    [(380, (LARGE, FOAM), 420), (380, (), 380), (10, (FOAM,), 0)],
)
def test_choices_change_the_price_but_never_below_nothing(price, chosen, result):
    assert price_with(price, chosen) == result
