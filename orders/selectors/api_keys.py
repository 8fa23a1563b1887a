"""Whom a key speaks for."""

from __future__ import annotations

from config.kernel.tokens import digest
from orders.models import ApiKey


def find_live(secret: str) -> ApiKey | None:
    """The key with this secret, its member and venue; None when unknown, revoked or left behind."""
    keys = ApiKey.objects.live().filter(digest=digest(secret))
    return keys.select_related("membership__user", "membership__venue").first()
