"""What happened at Larkspur Coffee: a day of tabs in every state, old ones, and a regular."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from payments.management.demo.telling import Had, Paid, Story
from payments.rules.accounts import CounterMethod

TERMINAL: Final = CounterMethod.CARD_TERMINAL


def ago(*, days: int = 0, hours: int = 0, minutes: int = 0) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


def _visit(days: int, *had: Had, tip: str = "0", method: CounterMethod = TERMINAL) -> Story:
    """An earlier visit of the regular, paid within the hour."""
    return Story(
        opened=ago(days=days, hours=2),
        had=had,
        label="Table 4",
        name="Dónal Keane",
        email="donal@keane.example",
        served=ago(days=days, hours=1, minutes=40),
        closed=ago(days=days, hours=1),
        paid=[Paid(ago=ago(days=days, minutes=30), method=method, tip=tip)],
    )


FLAT_WHITE: Final = Had(item="Flat white", choices=("Regular",))
OAT_FLAT_WHITES: Final = Had(item="Flat white", quantity=2, choices=("Regular", "Oat"))

IN_THE_ROOM: Final = (
    Story(
        opened=ago(hours=2, minutes=40),
        had=[Had(item="Americano", quantity=3), Had(item="Almond croissant")],
        label="Table 11",
        name="Ellis",
        card="LILAC-16",
        served=ago(hours=2, minutes=15),
        asked_for_bill=ago(minutes=4),
    ),
    Story(
        opened=ago(hours=1, minutes=50),
        had=[
            OAT_FLAT_WHITES,
            Had(item="Almond croissant"),
            Had(item="Shakshuka", choices=("No coriander",), note="Sauce on the side"),
            Had(item="Pour-over, Huye", voided="Made wrong"),
            Had(item="Cinnamon bun", choices=("Warmed",), unsent=True),
            Had(item="Lemon and ginger", unsent=True),
        ],
        label="Table 4",
        name="Dónal Keane",
        email="donal@keane.example",
        card="MINT-42",
        guests=2,
    ),
    Story(
        opened=ago(hours=1, minutes=22),
        had=[
            Had(item="Pot of tea", quantity=6),
            Had(item="Scone with jam", quantity=4),
            Had(item="Lemon loaf", quantity=2),
            Had(item="Flat white", quantity=2, choices=("Regular",)),
        ],
        label="Garden",
        name="The Friday knitters",
        card="ROSE-19",
        guests=6,
    ),
    Story(
        opened=ago(minutes=55),
        had=[Had(item="Cheese toastie"), Had(item="Soup of the day"), FLAT_WHITE],
        label="Table 2",
        name="Kofi Mensah",
        card="CORAL-25",
        served=ago(minutes=30),
    ),
    Story(
        opened=ago(minutes=41),
        had=[
            Had(item="Granola bowl", quantity=2),
            Had(item="Cappuccino", quantity=2, choices=("Large",)),
            Had(item="Orange juice"),
        ],
        label="Table 7",
        name="Priya and Tom",
        card="SKY-30",
        guests=2,
        served=ago(minutes=20),
    ),
    Story(
        opened=ago(minutes=28),
        had=[
            Had(item="Hot chocolate", quantity=2),
            Had(item="Shakshuka", quantity=2, choices=("Avocado",)),
            Had(item="Babyccino"),
        ],
        label="Table 9",
        name="Jun and family",
        card="ROSE-35",
        guests=4,
    ),
    Story(
        opened=ago(minutes=12),
        had=[Had(item="Pour-over, Huye"), Had(item="Cinnamon bun")],
        label="Window seat",
        card="HONEY-20",
    ),
    Story(
        opened=ago(minutes=6),
        had=[Had(item="Espresso")],
        label="At the bar",
        name="Maeve",
        card="PEAR-05",
    ),
    Story(
        opened=ago(minutes=3),
        had=[
            Had(item="Iced latte", choices=("Oat",), unsent=True),
            Had(item="Banana bread", unsent=True),
        ],
        label="To take away",
        name="Sinéad",
        card="CORAL-09",
    ),
)
PAYING_LATER: Final = (
    Story(
        opened=ago(days=39, hours=2),
        had=[Had(item="Shakshuka", quantity=2), Had(item="Matcha latte", quantity=2)],
        label="Table 1",
        name="Erin Walsh",
        email="erin@walsh.example",
        card="LILAC-08",
        closed=ago(days=39),
    ),
    Story(
        opened=ago(days=5, hours=2),
        had=[Had(item="Cheese toastie"), FLAT_WHITE, Had(item="Chickpea salad")],
        label="Table 5",
        name="Marcus Webb",
        email="marcus@webb.example",
        card="PLUM-31",
        closed=ago(days=5),
    ),
    Story(
        opened=ago(days=4, hours=1),
        had=[Had(item="Fish finger bap", quantity=2), Had(item="Orange juice", quantity=3)],
        label="Table 6",
        card="HONEY-12",
        closed=ago(days=4),
    ),
    Story(
        opened=ago(days=1, hours=3),
        had=[
            Had(item="Shakshuka", quantity=2),
            Had(item="Eggs on sourdough", choices=("Avocado",)),
            Had(item="Granola bowl"),
            Had(item="Flat white", quantity=3, choices=("Regular",)),
            Had(item="Orange juice"),
            Had(item="Babyccino"),
            Had(item="Lemon loaf", voided="The wait was long"),
        ],
        label="Table 9",
        name="Aoife Brennan",
        email="aoife@brennan.example",
        card="PLUM-07",
        guests=4,
        served=ago(days=1, hours=2),
        closed=ago(days=1, hours=1),
        paid=[Paid(ago=ago(hours=3), amount="20.00", tip="2.00")],
    ),
    Story(
        opened=ago(days=1, hours=2),
        had=[Had(item="Soup of the day"), Had(item="Pot of tea")],
        label="Table 3",
        name="Hugo Lindqvist",
        email="hugo@lindqvist.example",
        card="MINT-18",
        closed=ago(days=1),
    ),
    Story(
        opened=ago(hours=5),
        had=[Had(item="Chickpea salad"), Had(item="Latte", quantity=2, choices=("Regular", "Oat"))],
        label="Table 8",
        name="Yasmin Odeh",
        email="yasmin@odeh.example",
        card="PEAR-45",
        closed=ago(hours=4),
    ),
    Story(
        opened=ago(hours=4),
        had=[Had(item="Mocha", choices=("Large",)), Had(item="Scone with jam")],
        label="Table 2",
        name="Dr Okafor",
        email="okafor@clinic.example",
        card="ROSE-03",
        closed=ago(hours=3),
    ),
    Story(
        opened=ago(hours=3),
        had=[Had(item="Eggs on sourdough", quantity=2), Had(item="Americano", quantity=2)],
        label="Table 12",
        name="Tomás and Bríd",
        card="SKY-14",
        closed=ago(hours=2),
    ),
)
PAID_OR_VOID: Final = (
    *(
        Story(
            opened=ago(hours=hours, minutes=50),
            had=had,
            label=label,
            closed=ago(hours=hours, minutes=10),
            paid=[Paid(ago=ago(hours=hours, minutes=5), method=method, tip=tip)],
        )
        for hours, label, method, tip, had in (
            (6, "Table 1", TERMINAL, "1.00", [OAT_FLAT_WHITES]),
            (5, "At the bar", CounterMethod.CASH, "0.20", [Had(item="Espresso")]),
            (4, "Table 3", TERMINAL, "3.00", [Had(item="Shakshuka", quantity=2), FLAT_WHITE]),
            (2, "To take away", TERMINAL, "0", [FLAT_WHITE, Had(item="Banana bread")]),
            (1, "Garden", CounterMethod.CASH, "1.50", [Had(item="Cheese toastie", quantity=2)]),
        )
    ),
    Story(
        opened=ago(hours=2, minutes=30),
        had=[Had(item="Macchiato")],
        label="Table 6",
        voided=(ago(hours=2, minutes=10), "Opened twice by mistake"),
    ),
)
THE_REGULAR: Final = (
    _visit(34, FLAT_WHITE, Had(item="Cinnamon bun")),
    _visit(27, OAT_FLAT_WHITES, Had(item="Shakshuka"), tip="2.00"),
    _visit(20, FLAT_WHITE, method=CounterMethod.CASH, tip="0.20"),
    _visit(16, FLAT_WHITE, Had(item="Almond croissant")),
    _visit(13, OAT_FLAT_WHITES, Had(item="Granola bowl"), tip="1.00"),
    _visit(9, FLAT_WHITE, Had(item="Soup of the day")),
    _visit(6, Had(item="Pour-over, Huye"), Had(item="Lemon loaf"), method=CounterMethod.CASH),
    _visit(2, FLAT_WHITE, Had(item="Scone with jam"), tip="0.50"),
)
AT_LARKSPUR: Final = (*THE_REGULAR, *PAYING_LATER, *PAID_OR_VOID, *IN_THE_ROOM)
