"""Finding token cards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Prefetch, Q, QuerySet

from orders.models import FormerCardKey, Tab, TokenCard, Venue
from orders.models.token_card import TokenCardQuerySet
from orders.rules.tab_states import TabStatus
from orders.rules.token_codes import read_code


class CardState(StrEnum):
    """Where a card is. Read from facts, stored nowhere."""

    ON_TAB = "on_tab"
    RESTING = "resting"
    LOST = "lost"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCounts:
    """How many cards of a venue are where."""

    on_tabs: int
    resting: int
    lost: int
    retired: int

    @property
    def in_use(self) -> int:
        return self.on_tabs + self.resting

    @property
    def every(self) -> int:
        return self.in_use + self.lost + self.retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """One card, where it is, and the open tab it is on."""

    card: TokenCard
    tab: Tab | None

    @property
    def state(self) -> CardState:
        if self.tab is not None:
            return CardState.ON_TAB
        if self.card.retired_at is not None:
            return CardState.RETIRED
        return CardState.RESTING if self.card.lost_at is None else CardState.LOST


def list_resting(*, venue: Venue, limit: int = 6) -> list[TokenCard]:
    """Cards that can be handed out now, the lowest numbers first."""
    return list(venue.token_cards.resting().order_by("number", "word")[:limit])


def list_cards(*, venue: Venue) -> TokenCardQuerySet:
    """Every card of a venue, lost ones too, in the order they were printed."""
    return venue.token_cards.order_by("number", "word")


def find_by_key(key: str) -> TokenCard | None:
    """The card whose QR code was scanned."""
    return TokenCard.objects.select_related("venue").filter(key=key).first()


def find_by_former_key(key: str) -> TokenCard | None:
    """The card that an earlier print's QR code was for."""
    former = FormerCardKey.objects.select_related("card__venue").filter(key=key).first()
    return None if former is None else former.card


def list_printable(*, venue: Venue, word: str = "") -> QuerySet[TokenCard]:
    """Cards that a sheet can show: those in use, of one word or of all."""
    cards = list_cards(venue=venue).in_use()
    return cards.filter(word=word) if word else cards


def list_words(*, venue: Venue) -> list[str]:
    """The words on a venue's cards, each once."""
    return list(
        venue.token_cards.in_use().order_by("word").values_list("word", flat=True).distinct()
    )


def count_cards(*, venue: Venue) -> CardCounts:
    on_tab = Q(tabs__status=TabStatus.OPEN)
    counted = venue.token_cards.aggregate(
        on_tabs=Count("id", filter=on_tab),
        resting=Count("id", filter=Q(lost_at=None, retired_at=None), distinct=True),
        lost=Count("id", filter=Q(lost_at__isnull=False, retired_at=None), distinct=True),
        retired=Count("id", filter=Q(retired_at__isnull=False), distinct=True),
    )
    return CardCounts(**counted | {"resting": counted["resting"] - counted["on_tabs"]})


def list_whereabouts(
    *, venue: Venue, state: CardState | None = None, typed: str = ""
) -> QuerySet[TokenCard]:
    """Cards with the tab they are on, ready for `whereabouts_of`."""
    cards = list_cards(venue=venue)
    if state is not None:
        cards = {
            CardState.ON_TAB: cards.on_tabs,
            CardState.RESTING: cards.resting,
            CardState.LOST: cards.lost,
            CardState.RETIRED: cards.retired,
        }[state]()
    if typed.strip():
        code = read_code(typed)
        cards = cards.filter(Q(code=code) | Q(word__istartswith=typed.strip()))
    open_tabs = Tab.objects.open().select_related("customer")
    return cards.prefetch_related(Prefetch("tabs", queryset=open_tabs, to_attr="open_tabs"))


def whereabouts_of(card: TokenCard) -> Whereabouts:
    """Where a card of `list_whereabouts` is."""
    tabs: list[Tab] = card.open_tabs  # type: ignore[attr-defined]  # The prefetch above put it there.
    return Whereabouts(card=card, tab=next(iter(tabs), None))


def find_whereabouts(*, venue: Venue, card_id: int) -> Whereabouts | None:
    card = list_whereabouts(venue=venue).filter(id=card_id).first()
    return None if card is None else whereabouts_of(card)
