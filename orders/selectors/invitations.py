"""Invitations by their link, and those of a venue that wait."""

from __future__ import annotations

from config.kernel.tokens import digest
from orders.models import Invitation, User, Venue


def find_by_token(token: str) -> Invitation | None:
    """The invitation behind a link, whatever became of it; venue and inviter come along."""
    found = Invitation.objects.filter(links__digest=digest(token))
    return found.select_related("venue", "invited_by", "membership").first()


def list_waiting(*, venue: Venue) -> tuple[Invitation, ...]:
    """Neither accepted nor withdrawn, the newest first."""
    waiting = venue.invitations.waiting().select_related("invited_by")
    return tuple(waiting.order_by("-created_at", "id"))


def find_account(email: str) -> User | None:
    """The account with this address that somebody signs in with."""
    user = User.objects.filter(email__iexact=email).first()
    return user if user is not None and user.has_usable_password() else None
