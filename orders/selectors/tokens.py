"""Finding token cards."""

from __future__ import annotations

from django.db.models import QuerySet

from orders.models import TokenCard, Venue


def list_resting(*, venue: Venue, limit: int = 6) -> list[TokenCard]:
    """Cards that can be handed out now, the lowest numbers first."""
    return list(venue.token_cards.resting().order_by("number", "word")[:limit])


def list_cards(*, venue: Venue) -> QuerySet[TokenCard]:
    """Every card of a venue, lost ones too, in the order they were printed."""
    return venue.token_cards.order_by("number", "word")


def find_by_key(key: str) -> TokenCard | None:
    """The card whose QR code was scanned."""
    return TokenCard.objects.select_related("venue").filter(key=key).first()
