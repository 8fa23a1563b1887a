"""Newest-first lists with cursors, and the expansion of ids into objects."""

from __future__ import annotations

import json
from typing import Any, Final

from payments.sandbox import errors
from payments.sandbox.call import Call
from payments.sandbox.store import record_of

Body = dict[str, Any]
DEFAULT_LIMIT: Final = 10
LARGEST_LIMIT: Final = 100
DEEPEST: Final = 4
_OPERATORS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_REFERENCES: Final = frozenset(
    {
        "balance_transaction", "charge", "customer", "default_payment_method",
        "failure_balance_transaction", "latest_charge", "mandate", "payment_intent",
        "payment_method", "product", "setup_intent", "source",
    }
)  # fmt: skip


def page(call: Call, kind: str, url: str, filters: tuple[str, ...] = ()) -> Body:
    """One page of this account's objects of a kind, filtered by fields of the same name."""
    conditions = ["account = ?", "kind = ?"]
    arguments: list[Any] = [call.account, kind]
    for name in filters:
        if call.params.get(name) is not None:
            conditions.append(f"json_extract(body, '$.{name}') = ?")
            arguments.append(call.params[name])
    within(call.params.get("created"), conditions, arguments)
    return cut(call, url, conditions, arguments)


def within(created: Any, conditions: list[str], arguments: list[Any]) -> None:
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    for operator, moment in (created or {}).items():
        conditions.append(f"created {_OPERATORS[operator]} ?")
        arguments.append(moment)


def cut(call: Call, url: str, conditions: list[str], arguments: list[Any]) -> Body:
    """The page around the cursor, from those rows that meet the conditions."""
    limit = call.params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= LARGEST_LIMIT:
        raise errors.ApiError(400, "Invalid limit: must be between 1 and 100", param="limit")
    backwards = "ending_before" in call.params
    for name, operator in (("starting_after", "<"), ("ending_before", ">")):
        if name in call.params:
            conditions.append(f"seq {operator} ?")
            arguments.append(_cursor(call, name))
    order = "ASC" if backwards else "DESC"
    rows = call.store.query(
        f"SELECT * FROM objects WHERE {' AND '.join(conditions)}"  # noqa: S608  # Our own names.
        f" ORDER BY seq {order} LIMIT ?",
        (*arguments, limit + 1),
    )
    found = [record_of(row).body for row in rows[:limit]]
    return of(found[::-1] if backwards else found, url, has_more=len(rows) > limit)


def _cursor(call: Call, name: str) -> int:
    record = call.store.find(call.account, call.params[name])
    if record is None:
        raise errors.bad_reference("object", call.params[name], name)
    return record.seq


def of(data: list[Body], url: str, *, has_more: bool = False) -> Body:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def expand(call: Call, body: Body, paths: list[str]) -> Body:
    """The object with the named ids replaced by what they name; the stored one stays as it is."""
    grown: Body = json.loads(json.dumps(body))
    for path in paths:
        steps = path.split(".")
        if len([step for step in steps if step != "data"]) > DEEPEST:
            raise errors.ApiError(400, f"You cannot expand more than 4 levels: {path}")
        _grow(call, grown, steps, path)
    return grown


def _grow(call: Call, here: Any, steps: list[str], path: str) -> None:
    if isinstance(here, list):
        for one in here:
            _grow(call, one, steps, path)
    elif steps and here is not None:
        here[steps[0]] = _value(call, here, steps[0], path)
        _grow(call, here[steps[0]], steps[1:], path)


def _value(call: Call, here: Any, step: str, path: str) -> Any:
    """What stands under this name, fetched where it is only named or left out."""
    if not isinstance(here, dict):
        raise _cannot_expand(path)
    included = _included(call, here, step)
    if included is None and step not in here:
        raise _cannot_expand(path)
    value = included or here[step]
    return _found(call, value, step, path) if isinstance(value, str) else value


def _found(call: Call, object_id: str, step: str, path: str) -> Body:
    record = call.store.find(call.account, object_id) if step in _REFERENCES else None
    if record is None:
        raise _cannot_expand(path)
    return record.body


def _included(call: Call, owner: Body, name: str) -> Body | None:
    """Lists that only come when asked for."""
    match owner.get("object"), name:
        case "checkout.session", "line_items":
            return line_items(call, owner["id"])
        case "charge", "refunds":
            inner = Call(call.store, call.account, {"charge": owner["id"]})
            return page(inner, "refund", f"/v1/charges/{owner['id']}/refunds", ("charge",))
        case _:
            return None


def line_items(call: Call, session_id: str) -> Body:
    items = call.get("checkout.session", session_id).hidden["items"]
    return of(items, f"/v1/checkout/sessions/{session_id}/line_items")


def _cannot_expand(path: str) -> errors.ApiError:
    return errors.ApiError(400, f"This property cannot be expanded ({path}).", param="expand")
