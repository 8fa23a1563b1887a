"""The resources that are only looked at: charges, events, balance transactions, mandates."""

from __future__ import annotations

from payments.sandbox import listing
from payments.sandbox.call import Body, Call


def charge(call: Call, object_id: str) -> Body:
    return call.get("charge", object_id).body


def charges(call: Call) -> Body:
    return listing.page(call, "charge", "/v1/charges", ("customer", "payment_intent"))


def event(call: Call, object_id: str) -> Body:
    return call.get("event", object_id).body


def events(call: Call) -> Body:
    """The last thirty days of events, which is as far back as Stripe remembers."""
    conditions = ["account = ?", "kind = 'event'", "created >= ?"]
    arguments: list[object] = [call.account, call.now - 30 * 86_400]
    types = call.params.get("types") or ([call.params["type"]] if "type" in call.params else [])
    if types:
        globs = ["json_extract(body, '$.type') GLOB ?" for _ in types]
        conditions.append(f"({' OR '.join(globs)})")
        arguments.extend(types)
    if "delivery_success" in call.params:
        undelivered = "EXISTS (SELECT 1 FROM deliveries d WHERE d.event = objects.id"
        undelivered += " AND d.state <> 'succeeded')"
        conditions.append(f"{'NOT ' if call.params['delivery_success'] else ''}{undelivered}")
    listing.within(call.params.get("created"), conditions, arguments)
    return listing.cut(call, "/v1/events", conditions, arguments)


def balance_transaction(call: Call, object_id: str) -> Body:
    return call.get("balance_transaction", object_id).body


def balance_transactions(call: Call) -> Body:
    conditions = ["account = ?", "kind = 'balance_transaction'"]
    arguments: list[object] = [call.account]
    for name in ("source", "type", "currency"):
        if call.params.get(name) is not None:
            conditions.append(f"json_extract(body, '$.{name}') = ?")
            arguments.append(call.params[name])
    if call.params.get("payout") is not None:
        conditions.append("json_extract(hidden, '$.payout') = ?")
        arguments.append(call.params["payout"])
    listing.within(call.params.get("created"), conditions, arguments)
    return listing.cut(call, "/v1/balance_transactions", conditions, arguments)


def mandate(call: Call, object_id: str) -> Body:
    return call.get("mandate", object_id).body
