"""Which card a tab may take: known here, in use, and on no other tab."""

from __future__ import annotations

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, TokenCard, Venue
from orders.rules.token_codes import read_code


class TokenUnknown(DomainError):
    """The venue has no card with this code."""

    code = "token_unknown"


class TokenLost(DomainError):
    """The card was reported lost, or taken out of use."""

    code = "token_lost"


class TokenInUse(DomainError):
    """The card is on another tab that is open."""

    code = "token_in_use"


def get_card(*, venue: Venue, typed: str) -> TokenCard:
    """The card somebody named as "MINT-42", "mint 42" or "mint42".

    Whether it is free is left to the unique constraint, which also sees what happens meanwhile.

    :raises TokenUnknown: there is no such card here.
    :raises TokenLost: it was reported lost, or taken out of use.
    """
    card = TokenCard.objects.filter(venue=venue, code=read_code(typed)).first()
    if card is None:
        raise TokenUnknown(gettext_noop("There is no card with this code here. Check its number."))
    if card.retired_at is not None:
        raise TokenLost(
            gettext_noop("%(card)s was taken out of use. Hand out another card."), card=card.code
        )
    if card.lost_at is not None:
        raise TokenLost(
            gettext_noop("%(card)s was reported lost. Mark it as found first."), card=card.code
        )
    return card


def refuse_if_held(*, venue: Venue, typed: str) -> None:
    """Say which tab holds a card.

    :raises TokenInUse: an open tab does.
    """
    open_tabs = Tab.objects.open().select_related("customer")
    holder = open_tabs.filter(venue=venue, token_card__code=read_code(typed)).first()
    if holder is not None:
        raise TokenInUse(
            gettext_noop("%(card)s is on another open tab: %(tab)s."),
            card=holder.token_code,
            tab=holder.title,
        )


def give_back(tab: Tab, *, card_id: int | None) -> None:
    """Put a tab's own card back on it, unless another tab has taken it meanwhile."""
    held = Tab.objects.open().filter(token_card_id=card_id).exists()
    if card_id and tab.is_open and not held:
        tab.amend(token_card_id=card_id)
