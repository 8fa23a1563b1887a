"""Photos of the menu by their address."""

from __future__ import annotations

from orders.models import ItemPhoto


def find(digest: str) -> bytes | None:
    """The image at this address. It tells nothing about a venue that its guests may not see."""
    data = ItemPhoto.objects.filter(digest=digest).values_list("data", flat=True).first()
    return None if data is None else bytes(data)
