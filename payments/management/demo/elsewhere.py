"""What happened at the salon and at the consultant's: larger sums, paid more slowly."""

from __future__ import annotations

from typing import Final

from orders.rules.promises import AcknowledgementWay
from payments.management.demo.larkspur import ago
from payments.management.demo.telling import Had, Paid, Story
from payments.rules.accounts import CounterMethod

TERMINAL: Final = CounterMethod.CARD_TERMINAL
TRANSFER: Final = CounterMethod.BANK_TRANSFER
ON_PHONE: Final = AcknowledgementWay.OWN_PHONE

AT_ODILE: Final = (
    Story(
        opened=ago(hours=1, minutes=10),
        had=[
            Had(item="Balayage and toner", yes=ON_PHONE),
            Had(item="Cut and blow-dry", choices=("Long",)),
            Had(item="Bond treatment", yes=None),
        ],
        label="Chair 2",
        name="Maeve Byrne",
        email="maeve@byrne.example",
        card="PLUM-03",
    ),
    Story(
        opened=ago(minutes=25),
        had=[Had(item="Fringe trim"), Had(item="Patch test")],
        label="Chair 1",
        name="Ha-eun",
        card="IRIS-01",
    ),
    Story(
        opened=ago(days=3, hours=2),
        had=[Had(item="Root touch-up"), Had(item="Deep moisture")],
        label="Chair 3",
        name="Seo-yeon Park",
        email="seoyeon@park.example",
        closed=ago(days=3),
    ),
    Story(
        opened=ago(days=12, hours=3),
        had=[
            Had(item="Balayage and toner"),
            Had(item="Scalp detox", told="Did not want to sign; told in words"),
        ],
        label="Chair 1",
        name="Noor Haddad",
        email="noor@haddad.example",
        closed=ago(days=12),
        paid=[Paid(ago=ago(days=9), method=TRANSFER, amount="100000")],
    ),
    Story(
        opened=ago(hours=4),
        had=[Had(item="Cut and blow-dry", choices=("Short",))],
        label="Chair 3",
        name="Beth O’Neill",
        closed=ago(hours=3),
        paid=[Paid(ago=ago(hours=3), method=TERMINAL)],
    ),
)
AT_NORTHFOLD: Final = (
    Story(
        opened=ago(days=2),
        had=[Had(item="Discovery call"), Had(item="Pricing workshop, per hour", quantity=2)],
        label="Pricing and service design",
        name="Imani Clarke",
        email="imani@clarke.example",
        card="SAGE-11",
    ),
    Story(
        opened=ago(days=6),
        had=[
            Had(item="Pricing workshop, per hour", quantity=3, yes=ON_PHONE),
            Had(item="Written summary and price list"),
        ],
        label="Price list",
        name="Lulwa Ceramics",
        email="accounts@lulwa.example",
        purchase_order="LC-2291",
        closed=ago(days=4),
    ),
    Story(
        opened=ago(days=24),
        had=[Had(item="Service design day"), Had(item="Market note")],
        label="Service design",
        name="Bahar Clinics",
        email="office@bahar.example",
        purchase_order="BAHAR/26/117",
        closed=ago(days=21),
        paid=[Paid(ago=ago(days=14), method=TRANSFER, amount="120.500")],
    ),
    Story(
        opened=ago(days=40),
        had=[Had(item="Market note")],
        label="Market note",
        name="Diwan Books",
        email="diwan@books.example",
        closed=ago(days=38),
        paid=[Paid(ago=ago(days=30), method=TRANSFER)],
    ),
)
