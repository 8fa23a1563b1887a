"""Secret links of invitations: made when a mail leaves, kept as digests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from config.kernel.tokens import digest, new_token
from orders.models import InvitationLink


def mint(*, invitation_id: UUID, now: datetime) -> str:
    """One more token for the same invitation; told only here."""
    token = new_token()
    InvitationLink.objects.create(invitation_id=invitation_id, digest=digest(token), created_at=now)
    return token
