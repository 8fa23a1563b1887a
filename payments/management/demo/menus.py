"""What the demo places sell, as they would write it on a board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A choice: names with what they add. The first one is preselected where one must be made."""

    choices: Sequence[tuple[str, str]]
    least: int = 0
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """Something sold: price as written there, tax by its name, groups by theirs."""

    name: str
    price: str
    tax: str = ""
    groups: Sequence[str] = ()
    minutes: int | None = None
    expected: str = ""
    limits: str = ""
    sold_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMenu:
    """Sections of dishes, and the taxes and choices they name."""

    taxes: Mapping[str, tuple[str, str]]
    sections: Mapping[str, Sequence[Dish]]
    groups: Mapping[str, Group] = field(default_factory=dict)


def _coffee(name: str, price: str) -> Dish:
    return Dish(name=name, price=price, tax="food", groups=("Size", "Milk", "Extras"))


def _food(name: str, price: str, *, groups: Sequence[str] = (), sold_out: bool = False) -> Dish:
    return Dish(name=name, price=price, tax="food", groups=groups, sold_out=sold_out)


LARKSPUR: Final = DemoMenu(
    taxes={"food": ("VAT", "13.5"), "drink": ("VAT", "23")},
    groups={
        "Size": Group(choices=[("Regular", "0"), ("Large", "0.60")], least=1),
        "Milk": Group(
            choices=[("Whole", "0"), ("Oat", "0.50"), ("Almond", "0.50"), ("Skimmed", "0")]
        ),
        "Extras": Group(
            choices=[
                ("Extra shot", "0.80"),
                ("Vanilla", "0.40"),
                ("Decaf", "0"),
                ("Extra hot", "0"),
            ],
            most=4,
        ),
        "Warmed": Group(choices=[("Warmed", "0")]),
        "On the side": Group(
            choices=[("Avocado", "2.50"), ("Poached egg", "2.00"), ("No coriander", "0")], most=3
        ),
    },
    sections={
        "Coffee": (
            _coffee("Flat white", "3.80"),
            _coffee("Cappuccino", "3.90"),
            _coffee("Latte", "4.00"),
            _food("Americano", "3.30", groups=("Extras",)),
            _food("Espresso", "2.80"),
            _food("Macchiato", "3.10"),
            _food("Pour-over, Huye", "4.50"),
            _coffee("Mocha", "4.40"),
        ),
        "Tea and cold": (
            _food("Pot of tea", "3.20"),
            _food("Lemon and ginger", "3.20"),
            _food("Chai latte", "4.20", groups=("Milk",)),
            _food("Matcha latte", "4.80", groups=("Milk",)),
            _food("Iced latte", "4.40", groups=("Milk", "Extras")),
            Dish(name="Orange juice", price="4.20", tax="drink"),
        ),
        "Bakes": (
            _food("Almond croissant", "3.60", groups=("Warmed",)),
            _food("Cinnamon bun", "3.90", groups=("Warmed",)),
            _food("Banana bread", "3.50", groups=("Warmed",)),
            _food("Lemon loaf", "3.70"),
            _food("Scone with jam", "3.20", groups=("Warmed",)),
            _food("Brownie", "3.60", sold_out=True),
        ),
        "Brunch": (
            _food("Shakshuka", "12.50", groups=("On the side",)),
            _food("Granola bowl", "8.90"),
            _food("Eggs on sourdough", "9.80", groups=("On the side",)),
            _food("Cheese toastie", "8.50", groups=("On the side",)),
        ),
        "Lunch": (
            _food("Soup of the day", "7.50"),
            _food("Chickpea salad", "10.50"),
            _food("Fish finger bap", "11.90"),
        ),
        "Extras": (_food("Babyccino", "2.50"), _food("Hot chocolate", "4.20", groups=("Milk",))),
    },
)

ODILE: Final = DemoMenu(
    taxes={"service": ("VAT", "10")},
    groups={"Length": Group(choices=[("Short", "0"), ("Long", "20000")], least=1)},
    sections={
        "Treatments": (
            Dish(
                name="Bond treatment",
                price="55000",
                tax="service",
                minutes=40,
                expected="Stronger, smoother hair for 4 to 6 weeks.\nLess breakage when brushing.",
                limits="It won’t mend split ends; those need a cut.\n"
                "Results are lighter on hair bleached in the last 2 weeks.\n"
                "It doesn’t change colour or curl.",
            ),
            Dish(
                name="Scalp detox",
                price="48000",
                tax="service",
                minutes=30,
                expected="A clean, calm scalp for about 3 weeks.",
                limits="It doesn’t treat hair loss or eczema; a doctor can.",
            ),
            Dish(name="Deep moisture", price="36000", tax="service", minutes=20),
        ),
        "Cut": (
            Dish(
                name="Cut and blow-dry",
                price="66000",
                tax="service",
                groups=("Length",),
                minutes=50,
                expected="A shape that falls by itself and lasts 6 to 8 weeks.",
                limits="Very thick or curly hair may need a second look after a wash at home.",
            ),
            Dish(name="Fringe trim", price="15000", tax="service", minutes=10),
        ),
        "Colour": (
            Dish(
                name="Balayage and toner",
                price="240000",
                tax="service",
                minutes=150,
                expected="Lighter lengths with a soft edge, toned to the shade we chose together.",
                limits="Up to three shades lighter in one visit.\nThe toner fades in 6 weeks.",
            ),
            Dish(name="Root touch-up", price="88000", tax="service", minutes=75),
            Dish(name="Patch test", price="0", tax="service", minutes=5),
        ),
    },
)

NORTHFOLD: Final = DemoMenu(
    taxes={"vat": ("VAT", "5"), "none": ("No tax", "0")},
    sections={
        "Advice": (
            Dish(name="Discovery call", price="0", tax="none", minutes=45),
            Dish(
                name="Pricing workshop, per hour",
                price="34.500",
                tax="vat",
                minutes=60,
                expected="Prices you can explain in one sentence, and a list to publish.",
                limits="It needs your last three months of sales.\nIt doesn’t replace tax advice.",
            ),
            Dish(
                name="Service design day",
                price="265.000",
                tax="vat",
                minutes=420,
                expected="One journey drawn from first call to payment, with who does what.",
                limits="One journey a day. Software is chosen later.",
            ),
        ),
        "Papers": (
            Dish(name="Written summary and price list", price="28.250", tax="none"),
            Dish(name="Market note", price="61.750", tax="vat"),
        ),
    },
)
