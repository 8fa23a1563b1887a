"""Webhook endpoints: where events go, and with which secret they are signed."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import stripe

from payments.sandbox import ids, listing, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.errors import ApiError
from payments.sandbox.events import EVERY_ACCOUNT
from payments.sandbox.store import Record, Store

MOST: Final = 16
FIRST_ID: Final = "we_given_at_the_start"


def make(account_now: int, url: str, enabled: list[str], endpoint_id: str) -> Body:
    return shapes.new(
        "webhook_endpoint",
        id=endpoint_id,
        api_version=stripe.api_version,
        created=account_now,
        enabled_events=enabled,
        status="enabled",
        url=url,
    )


def give(store: Store, webhook: tuple[str, str] | None) -> None:
    """The endpoint named at the start hears of every account; the one of last time is gone."""
    with store.transaction():
        store.query("DELETE FROM objects WHERE id = ?", (FIRST_ID,))
        if webhook:
            url, secret = webhook
            body = make(store.now(), url, ["*"], FIRST_ID)
            store.insert(Record(EVERY_ACCOUNT, "webhook_endpoint", body, {"secret": secret}))


def create(call: Call) -> Body:
    _check_url(call.params["url"])
    rows = call.store.query(
        "SELECT COUNT(*) AS n FROM objects WHERE account = ? AND kind = 'webhook_endpoint'",
        (call.account,),
    )
    if rows[0]["n"] >= MOST:
        raise ApiError(400, f"You have reached the maximum of {MOST} webhook endpoints.")
    wanted = call.params["enabled_events"]
    body = make(call.now, call.params["url"], wanted, ids.new("webhook_endpoint"))
    body["description"] = call.params.get("description") or None
    merge_metadata(body, call.params.get("metadata"))
    secret = f"whsec_{ids.letters(32)}"
    call.add(body, secret=secret, connect=bool(call.params.get("connect")))
    return body | {"secret": secret}


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError(400, f"Invalid URL: {url}", code="url_invalid", param="url")


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("webhook_endpoint", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "webhook_endpoint", "/v1/webhook_endpoints")


def update(call: Call, object_id: str) -> Body:
    record = call.get("webhook_endpoint", object_id)
    if "url" in call.params:
        _check_url(call.params["url"])
        record.body["url"] = call.params["url"]
    if "enabled_events" in call.params:
        record.body["enabled_events"] = call.params["enabled_events"]
    if "description" in call.params:
        record.body["description"] = call.params["description"] or None
    if "disabled" in call.params:
        record.body["status"] = "disabled" if call.params["disabled"] else "enabled"
    merge_metadata(record.body, call.params.get("metadata"))
    call.store.save(record)
    return record.body


def delete(call: Call, object_id: str) -> Body:
    record = call.get("webhook_endpoint", object_id)
    call.store.delete(record)
    return {"id": record.id, "object": "webhook_endpoint", "deleted": True}
