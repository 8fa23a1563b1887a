"""What happened, written down for the API's list and queued for every endpoint that listens."""

from __future__ import annotations

import time
from typing import Any, Final

import stripe

from payments.sandbox import ids, shapes
from payments.sandbox.store import Record, Store, record_of

Body = dict[str, Any]
EVERY_ACCOUNT: Final = "*"


def record(
    store: Store,
    account: str,
    kind: str,
    snapshot: Body,
    *,
    previous: Body | None,
    request: tuple[str | None, str | None],
) -> str:
    """Write an event and its deliveries; they leave when the transaction is done."""
    platform = platform_of(store, account)
    endpoints = [row for row in _listening(store, account, platform) if _wants(row, kind)]
    data: Body = {"object": snapshot}
    if previous is not None:
        data["previous_attributes"] = previous
    body = shapes.new(
        "event",
        id=ids.new("event"),
        api_version=stripe.api_version,
        created=store.now(),
        data=data,
        pending_webhooks=len(endpoints),
        request={"id": request[0], "idempotency_key": request[1]},
        type=kind,
    )
    if platform:
        body["account"] = account
    store.insert(Record(account, "event", body))
    for endpoint in endpoints:
        queue(store, body, endpoint)
    return str(body["id"])


def queue(store: Store, event: Body, endpoint: Record) -> None:
    store.query(
        "INSERT INTO deliveries (event, type, account, endpoint, state, attempts, due)"
        " VALUES (?, ?, ?, ?, 'pending', 0, ?)",
        (event["id"], event["type"], endpoint.account, endpoint.id, time.time()),
    )


def platform_of(store: Store, account: str) -> str | None:
    rows = store.query("SELECT platform FROM connected WHERE account = ?", (account,))
    return str(rows[0]["platform"]) if rows else None


def _listening(store: Store, account: str, platform: str | None) -> list[Record]:
    """Endpoints of the account itself, of its platform where they ask for it, and of the start."""
    rows = store.query(
        "SELECT * FROM objects WHERE kind = 'webhook_endpoint' AND account IN (?, ?, ?)"
        " ORDER BY seq",
        (account, platform or "", EVERY_ACCOUNT),
    )
    records = [record_of(row) for row in rows]
    return [
        one
        for one in records
        if one.account == EVERY_ACCOUNT
        or bool(one.hidden.get("connect")) == (one.account == platform)
    ]


def _wants(endpoint: Record, kind: str) -> bool:
    wanted = endpoint.body["enabled_events"]
    return endpoint.body["status"] == "enabled" and ("*" in wanted or kind in wanted)
