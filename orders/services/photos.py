"""Giving an item a photo, another one, or none."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from orders.models import CatalogueItem, ItemPhoto, User
from orders.rules.photos import make_photo


def keep_photo(*, item: CatalogueItem, sent: bytes, by: User, now: datetime) -> ItemPhoto:
    """Give the item this photo in place of the one it has. The same photo again changes nothing.

    :raises PhotoTooLarge, PhotoUnclear: see `make_photo`.
    """
    made = make_photo(sent)
    digest = hashlib.sha256(item.id.bytes + made.data).hexdigest()
    with transaction.atomic():
        CatalogueItem.objects.select_for_update().get(id=item.id)
        photo, _is_first = ItemPhoto.objects.update_or_create(
            item=item,
            defaults={
                "digest": digest,
                "data": made.data,
                "width": made.width,
                "height": made.height,
                "added_by": by,
                "added_at": now,
            },
        )
        _point_to(item, digest)
    return photo


@transaction.atomic
def remove_photo(*, item: CatalogueItem) -> None:
    """Take the item's photo away. Without one, nothing happens."""
    CatalogueItem.objects.select_for_update().get(id=item.id)
    ItemPhoto.objects.filter(item=item).delete()
    _point_to(item, "")


def _point_to(item: CatalogueItem, digest: str) -> None:
    item.photo_digest = digest
    item.save(update_fields=["photo_digest"])
