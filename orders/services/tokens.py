"""The pool of token cards: making, losing, finding, replacing them, and taking them out of use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.tokens import new_short_key
from orders.models import FormerCardKey, TokenCard, Venue
from orders.rules.tab_states import TabStatus
from orders.rules.texts import tidy
from orders.rules.token_codes import code_of, read_code

MOST_CARDS: Final = 500
LAST_NUMBER: Final = 9_999


class CardsUnclear(DomainError):
    """These cards cannot be printed: too many, none, or under words that are none."""

    code = "cards_unclear"


class CardInUse(DomainError):
    """A card on an open tab cannot be put away."""

    code = "card_in_use"


class CardRetired(DomainError):
    """A card that was taken out of use is not lost, and not made anew."""

    code = "card_retired"


@transaction.atomic
def print_cards(*, venue: Venue, words: Sequence[str], count: int) -> list[TokenCard]:
    """Add `count` cards, the words taking turns. Numbers go on, so each is on one card only.

    :raises CardsUnclear: no words, words that are not one word, or not 1 to 500 cards.
    """
    words = [tidy(word, limit=12).upper() for word in words]
    Venue.objects.select_for_update().get(id=venue.id)
    last = venue.token_cards.aggregate(last=Max("number", default=0))["last"]
    _check(words, count=count, last=last)
    cards = [
        TokenCard(venue=venue, word=word, number=number, code=code_of(word, number))
        for number, word in (
            (number, words[(number - 1) % len(words)])
            for number in range(last + 1, last + count + 1)
        )
    ]
    return TokenCard.objects.bulk_create(cards)


@transaction.atomic
def mark_lost(*, venue: Venue, card_id: int, now: datetime) -> TokenCard:
    """Take a card off the stack. Its QR code opens nothing any more.

    :raises CardInUse: it is on an open tab.
    :raises CardRetired: it was taken out of use.
    :raises TokenCard.DoesNotExist: the venue has no such card.
    """
    card = _lock(venue, card_id)
    _ensure_free(card)
    _ensure_not_retired(card)
    card.lost_at = now
    card.save(update_fields=["lost_at"])
    return card


@transaction.atomic
def mark_found(*, venue: Venue, card_id: int) -> TokenCard:
    """Put a card back on the stack, lost or out of use; its printed QR code works again.

    :raises TokenCard.DoesNotExist: the venue has no such card.
    """
    card = _lock(venue, card_id)
    card.lost_at = card.retired_at = None
    card.save(update_fields=["lost_at", "retired_at"])
    return card


@transaction.atomic
def replace(*, venue: Venue, card_id: int, now: datetime) -> TokenCard:
    """Let a card be printed anew: the same word and number, another QR code.

    The code printed before opens nothing from now on, also while a tab is on the card: phones that
    were let in stay with their tab, and the staff find it by the same word and number.

    :raises CardRetired: it was taken out of use.
    :raises TokenCard.DoesNotExist: the venue has no such card.
    """
    card = _lock(venue, card_id)
    _ensure_not_retired(card)
    FormerCardKey.objects.create(card=card, key=card.key, replaced_at=now)
    card.key, card.lost_at = new_short_key(), None
    card.save(update_fields=["key", "lost_at"])
    return card


@transaction.atomic
def retire(*, venue: Venue, card_id: int, now: datetime) -> TokenCard:
    """Take a worn card out of use. Its word and number are given to no other card.

    :raises CardInUse: it is on an open tab.
    :raises TokenCard.DoesNotExist: the venue has no such card.
    """
    card = _lock(venue, card_id)
    _ensure_free(card)
    card.retired_at = card.retired_at or now
    card.save(update_fields=["retired_at"])
    return card


def _lock(venue: Venue, card_id: int) -> TokenCard:
    return venue.token_cards.select_for_update().get(id=card_id)


def _ensure_free(card: TokenCard) -> None:
    if card.tabs.filter(status=TabStatus.OPEN).exists():
        raise CardInUse(
            gettext_noop("%(card)s is on an open tab. Move the tab to another card first."),
            card=card.code,
        )


def _ensure_not_retired(card: TokenCard) -> None:
    if card.retired_at is not None:
        raise CardRetired(gettext_noop("%(card)s was taken out of use."), card=card.code)


def _check(words: Sequence[str], *, count: int, last: int) -> None:
    if not words or any(read_code(f"{word}-1") is None for word in words):
        raise CardsUnclear(gettext_noop("Cards need words made of letters, such as MINT."))
    if not 1 <= count <= MOST_CARDS or last + count > LAST_NUMBER:
        raise CardsUnclear(
            gettext_noop("Between 1 and %(most)s cards can be printed at once."), most=MOST_CARDS
        )
