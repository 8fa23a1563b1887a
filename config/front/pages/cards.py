"""What the pages about token cards show: a sheet to print, the stack, and one card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from config.front.paper.cards import PER_SHEET, Common, Face
from orders.models import Tab, TokenCard, Venue
from orders.selectors import tokens
from orders.selectors.tokens import CardCounts, CardState, Whereabouts

Absolute = Callable[[str], str]
PER_PAGE: Final = 60
# So many go into one file; whoever has more prints them by word or by number.
MOST_PRINTED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cards to print: all, or those of one word or with certain numbers."""

    word: str = ""
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Ten cards as they are printed, and how many sheets there are of them."""

    page: Page[TokenCard]
    faces: tuple[Face, ...]
    common: Common
    counts: CardCounts

    @property
    def fits_one_file(self) -> bool:
        return self.page.paginator.count <= MOST_PRINTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Cards and where they are."""

    page: Page[TokenCard]
    cards: tuple[Whereabouts, ...]
    counts: CardCounts
    state: CardState | None
    typed: str


def get_sheet(venue: Venue, *, wanted: Wanted, page: str, absolute: Absolute) -> Sheet:
    found = Paginator(_list_wanted(venue, wanted), PER_SHEET).get_page(page)
    return Sheet(
        page=found,
        faces=faces_of(found.object_list, absolute=absolute),
        common=common_of(venue, absolute=absolute),
        counts=tokens.count_cards(venue=venue),
    )


def list_faces(venue: Venue, *, wanted: Wanted, absolute: Absolute) -> tuple[Face, ...]:
    """Every card wanted, as it is printed; as many as go into one file."""
    return faces_of(_list_wanted(venue, wanted)[:MOST_PRINTED], absolute=absolute)


def get_stack(venue: Venue, *, state: CardState | None, typed: str, page: str) -> Stack:
    found = Paginator(
        tokens.list_whereabouts(venue=venue, state=state, typed=typed), PER_PAGE
    ).get_page(page)
    return Stack(
        page=found,
        cards=tuple(tokens.whereabouts_of(card) for card in found.object_list),
        counts=tokens.count_cards(venue=venue),
        state=state,
        typed=typed,
    )


def faces_of(cards: Iterable[TokenCard], *, absolute: Absolute) -> tuple[Face, ...]:
    return tuple(_face_of(card, absolute) for card in cards)


def common_of(venue: Venue, *, absolute: Absolute) -> Common:
    """What every card of a venue says, the short address for those without a camera included."""
    short = urlsplit(absolute(reverse("token:scan", args=[venue.slug])))
    return Common(
        venue=venue.name,
        promise=(gettext("Enjoy now, pay after."), gettext("Scan to see your tab.")),
        host=short.netloc,
        path=short.path.rstrip("/"),
    )


def url_of_tab(tab: Tab, *, absolute: Absolute) -> str:
    """Where a tab's own code leads, for a guest without a card."""
    return absolute(reverse("token:scan", args=[tab.guest_key]))


def _face_of(card: TokenCard, absolute: Absolute) -> Face:
    word, _dash, number = card.code.rpartition("-")
    url = absolute(reverse("token:scan", args=[card.key]))
    return Face(word=word, number=number, url=url)


def _list_wanted(venue: Venue, wanted: Wanted) -> QuerySet[TokenCard]:
    cards = tokens.list_printable(venue=venue, word=wanted.word)
    if wanted.first is not None:
        cards = cards.filter(number__gte=wanted.first)
    if wanted.last is not None:
        cards = cards.filter(number__lte=wanted.last)
    return cards
