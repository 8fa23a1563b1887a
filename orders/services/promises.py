"""What services promise, in versions: a new one only where the wording really changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from orders.models import CatalogueItem, ItemPromise, User
from orders.rules.promises import digest_of, promises_something


def put_in_force(items: Sequence[CatalogueItem], *, by: User | None, now: datetime) -> None:
    """Let each item promise what its texts say, within the caller's transaction.

    A wording that was in force last and comes back is the same version again. Without `by` the
    texts came with a file. The caller has just written the items and so holds their rows: two
    that change one item take turns, and its versions stay a straight line.
    """
    saying = [item for item in items if _says_something(item)]
    latest = _latest_of(saying)
    new = [
        _next_version(item, latest.get(item), by=by, now=now)
        for item in saying
        if item not in latest or latest[item].digest != _digest(item)
    ]
    ItemPromise.objects.bulk_create(new)
    latest |= {promise.item: promise for promise in new}
    moved = [item for item in items if item.promise_id != _wanted(item, latest)]
    for item in moved:
        item.promise_id = _wanted(item, latest)
    if moved:
        CatalogueItem.objects.bulk_update(moved, ["promise"])


def _latest_of(items: Sequence[CatalogueItem]) -> dict[CatalogueItem, ItemPromise]:
    """The newest version of each item that has one."""
    if not items:
        return {}
    by_key = {item.pk: item for item in items}
    rows = ItemPromise.objects.filter(item__in=by_key).order_by("number")
    return {by_key[promise.item_id]: promise for promise in rows}


def _next_version(
    item: CatalogueItem, before: ItemPromise | None, *, by: User | None, now: datetime
) -> ItemPromise:
    return ItemPromise(
        item=item,
        number=before.number + 1 if before else 1,
        duration_minutes=item.duration_minutes,
        expected_result=item.expected_result,
        limits=item.limits,
        digest=_digest(item),
        created_at=now,
        created_by=by,
    )


def _wanted(item: CatalogueItem, latest: dict[CatalogueItem, ItemPromise]) -> int | None:
    return latest[item].pk if _says_something(item) else None


def _says_something(item: CatalogueItem) -> bool:
    return promises_something(expected_result=item.expected_result, limits=item.limits)


def _digest(item: CatalogueItem) -> str:
    return digest_of(
        duration_minutes=item.duration_minutes,
        expected_result=item.expected_result,
        limits=item.limits,
    )
