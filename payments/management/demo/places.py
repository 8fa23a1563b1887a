"""Opening the demo places: people, menu, cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from config.kernel.money import Money
from orders.models import CatalogueItem, Modifier, ModifierGroup, TaxRate, User, Venue
from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.services import catalogue, memberships, terms, tokens, venues
from orders.services.catalogue import ItemDetails, NewChoice
from payments.management.demo import menus
from payments.management.demo.menus import DemoMenu, Dish


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One demo venue as data."""

    name: str
    slug: str
    kind: VenueKind
    currency: str
    time_zone: str
    details: Mapping[str, Any]
    people: Mapping[Role, tuple[str, str]]
    words: Sequence[str]
    cards: int
    menu: DemoMenu


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A demo venue that is open: whom and what its stories can name."""

    venue: Venue
    people: Mapping[Role, User]
    items: Mapping[str, CatalogueItem]
    choices: Mapping[str, Modifier]


PLACES: Final = (
    Place(
        name="Larkspur Coffee",
        slug="larkspur",
        kind=VenueKind.CAFE,
        currency="EUR",
        time_zone="Europe/Dublin",
        details={
            "address": "14 Drury Street, Dublin 2",
            "phone": "+353 1 555 0142",
            "reply_to": "hello@larkspur.example",
            "receipt_prefix": "LC",
            "gift_limit_minor": 1000,
        },
        people={
            Role.STAFF: ("Ana", "ana@larkspur.example"),
            Role.MANAGER: ("Niamh Daly", "niamh@larkspur.example"),
            Role.OWNER: ("Orla Byrne", "orla@larkspur.example"),
        },
        words=("CORAL", "MINT", "ROSE", "HONEY", "PEAR", "SKY", "PLUM", "LILAC"),
        cards=60,
        menu=menus.LARKSPUR,
    ),
    Place(
        name="Salon Odile",
        slug="odile",
        kind=VenueKind.SALON,
        currency="KRW",
        time_zone="Asia/Seoul",
        details={
            "address": "27 Seongsui-ro, Seongdong-gu, Seoul",
            "reply_to": "hello@odile.example",
            "receipt_prefix": "SO",
            "sends_to_bar": False,
            "brand_hue": 310,
            "tip_percents": [],
        },
        people={
            Role.STAFF: ("Jude", "jude@odile.example"),
            Role.MANAGER: ("Min-ji Seo", "minji@odile.example"),
            Role.OWNER: ("Odile Han", "odile@odile.example"),
        },
        words=("IRIS", "ROSE", "PLUM"),
        cards=12,
        menu=menus.ODILE,
    ),
    Place(
        name="Northfold Studio",
        slug="northfold",
        kind=VenueKind.CONSULTING,
        currency="KWD",
        time_zone="Asia/Kuwait",
        details={
            "address": "Block 3, Al Shuhada Street, Kuwait City",
            "reply_to": "hello@northfold.example",
            "receipt_prefix": "NF",
            "bank_holder": "Northfold Studio W.L.L.",
            "bank_account": "KW13EXBK0000000000410022750013",
            "bank_name": "EXBKKWKW",
            "sends_to_bar": False,
            "prices_include_tax": False,
            "brand_hue": 165,
            "brand_chroma_permille": 70,
            "tip_percents": [],
        },
        people={
            Role.STAFF: ("Fahad", "fahad@northfold.example"),
            Role.MANAGER: ("Dana Al-Sabah", "dana@northfold.example"),
            Role.OWNER: ("Yousef Karam", "yousef@northfold.example"),
        },
        words=("SAGE", "TEAL"),
        cards=12,
        menu=menus.NORTHFOLD,
    ),
)


def open_place(place: Place, *, password: str, now: datetime) -> Shop:
    """Open a venue with its people, its menu and its cards."""
    venue = venues.open_venue(
        name=place.name,
        slug=place.slug,
        kind=place.kind,
        currency=place.currency,
        time_zone=place.time_zone,
        now=now,
        **place.details,
    )
    if place.kind == VenueKind.CAFE:
        _let_cards_settle(venue, now=now)
    people = {}
    for role, (name, email) in place.people.items():
        people[role] = User.objects.create_user(email, password, name=name)
        memberships.join(user=people[role], venue=venue, role=role, now=now)
    tokens.print_cards(venue=venue, words=place.words, count=place.cards)
    groups = _make_groups(venue, place.menu)
    items = _make_items(venue, place.menu, groups, by=people[Role.OWNER], now=now)
    modifiers = Modifier.objects.filter(group__venue=venue)
    return Shop(
        venue=venue,
        people=people,
        items=items,
        choices={modifier.name: modifier for modifier in modifiers},
    )


def _let_cards_settle(venue: Venue, *, now: datetime) -> None:
    """At the café guests may leave a card; elsewhere that stays off, as it comes."""
    first = venue.terms.get()
    terms.add_version(
        venue=venue,
        days_to_pay=first.days_to_pay,
        new_guest_limit=first.limit(is_regular=False),
        regular_limit=first.limit(is_regular=True),
        auto_settles=True,
        now=now,
    )


def _make_groups(venue: Venue, menu: DemoMenu) -> Mapping[str, ModifierGroup]:
    return {
        name: catalogue.create_group(
            venue=venue,
            name=name,
            choices=[
                NewChoice(
                    name=choice,
                    delta=Money.parse(delta, venue.currency),
                    is_default=bool(group.least) and position == 0,
                )
                for position, (choice, delta) in enumerate(group.choices)
            ],
            least=group.least,
            most=group.most,
        )
        for name, group in menu.groups.items()
    }


def _make_items(
    venue: Venue,
    menu: DemoMenu,
    groups: Mapping[str, ModifierGroup],
    *,
    by: User,
    now: datetime,
) -> Mapping[str, CatalogueItem]:
    taxes: dict[str, TaxRate | None] = {"": None}
    for key, (name, rate) in menu.taxes.items():
        taxes[key] = venues.add_tax_rate(venue=venue, name=name, rate=Decimal(rate))
    items = {}
    for section, dishes in menu.sections.items():
        category = catalogue.add_category(venue=venue, name=section)
        for dish in dishes:
            details = ItemDetails(
                name=dish.name,
                price=Money.parse(dish.price, venue.currency),
                category=category,
                tax_rate=taxes[dish.tax],
                groups=[groups[name] for name in dish.groups],
                duration_minutes=dish.minutes,
                expected_result=dish.expected,
                limits=dish.limits,
            )
            items[dish.name] = catalogue.create_item(venue=venue, details=details, by=by, now=now)
            _mark_sold_out(items[dish.name], dish, by=by)
    return items


def _mark_sold_out(item: CatalogueItem, dish: Dish, *, by: User) -> None:
    if dish.sold_out:
        catalogue.set_available(item_id=item.id, venue=item.venue, is_available=False, by=by)
