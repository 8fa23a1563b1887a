"""The switches behind `/_sandbox/`: faults, time, deliveries, and the books to compare with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from payments.sandbox import events, faults
from payments.sandbox.call import Call
from payments.sandbox.errors import ApiError
from payments.sandbox.machine import Machine
from payments.sandbox.resources import disputes, payouts
from payments.sandbox.store import record_of

Body = dict[str, Any]


def respond(machine: Machine, request: Request) -> Response:
    name = request.path.removeprefix("/_sandbox/")
    handler = _HANDLERS.get((request.method, name))
    if handler is None:
        return _json({"error": {"message": f"No such switch: {request.method} {name}"}}, 404)
    try:
        wish = request.get_json(force=True) if request.get_data() else {}
        return _json(handler(machine, wish if isinstance(wish, dict) else {}))
    except ApiError as error:
        return _json(error.body, error.status)
    except (BadRequest, TypeError, ValueError) as error:
        return _json({"error": {"message": str(error)}}, 400)


def _json(body: Body, status: int = 200) -> Response:
    return Response(json.dumps(body, indent=2), status, mimetype="application/json")


def _health(machine: Machine, _: Body) -> Body:
    return {"status": "ok", "now": machine.store.now()}


def _faults(machine: Machine, _: Body) -> Body:
    rows = machine.store.query("SELECT * FROM faults WHERE times > 0 ORDER BY id")
    return {"faults": [dict(row) for row in rows]}


def _add_fault(machine: Machine, wish: Body) -> Body:
    faults.add(machine.store, wish)
    return _faults(machine, wish)


def _clear_faults(machine: Machine, wish: Body) -> Body:
    machine.store.query("DELETE FROM faults")
    return _faults(machine, wish)


def _clock(machine: Machine, wish: Body) -> Body:
    """Move time forward; what became due happens before the answer."""
    seconds = int(wish.get("advance", 0))
    if seconds < 0:
        raise ApiError(400, "Time only moves forward.")
    machine.store.advance(seconds)
    with machine.work():
        return {"now": machine.store.now()}


def _requests(machine: Machine, _: Body) -> Body:
    rows = machine.store.query("SELECT * FROM requests ORDER BY id")
    found = [dict(row) for row in rows]
    for one in found:
        one["params"] = json.loads(one["params"] or "{}")
        one["body"] = json.loads(one["body"]) if one["body"] else None
    return {"requests": found}


def _deliveries(machine: Machine, _: Body) -> Body:
    rows = machine.store.query("SELECT * FROM deliveries ORDER BY id")
    return {"deliveries": [dict(row) for row in rows]}


def _resend(machine: Machine, wish: Body) -> Body:
    """Send one event again, or all that have not arrived."""
    with machine.work():
        rows = machine.store.query(
            "SELECT * FROM deliveries WHERE event = ? OR (? IS NULL AND state <> 'succeeded')",
            (wish.get("event"), wish.get("event")),
        )
        for row in rows:
            machine.store.query(
                "UPDATE deliveries SET state = 'pending', attempts = 0, due = 0, error = NULL"
                " WHERE id = ?",
                (row["id"],),
            )
    return {"resent": len(rows)}


def _reset(machine: Machine, _: Body) -> Body:
    machine.store.clear()
    return {"status": "ok"}


def _dispute(machine: Machine, wish: Body) -> Body:
    """Let the bank take a payment back now, or close a dispute with a verdict."""
    with machine.work():
        if "dispute" in wish:
            found = machine.store.find_anywhere(str(wish["dispute"]), "dispute")
            if found is None:
                raise ApiError(404, "No such dispute.")
            disputes.decide(Call(machine.store, found.account), found, str(wish["verdict"]))
            return found.body
        charge = machine.store.find_anywhere(_charge_of(machine, wish), "charge")
        if charge is None:
            raise ApiError(404, "No such charge.")
        call = Call(machine.store, charge.account)
        return disputes.open_for(call, charge, str(wish.get("reason", "fraudulent"))).body


def _charge_of(machine: Machine, wish: Body) -> str:
    if "charge" in wish:
        return str(wish["charge"])
    intent = machine.store.find_anywhere(str(wish.get("payment_intent")), "payment_intent")
    return str(intent.body["latest_charge"]) if intent else ""


def _books(machine: Machine, _: Body) -> Body:
    """Every payment of every account with what came of it: what other books must agree with."""
    accounts: dict[str, list[Body]] = {}
    rows = machine.store.query("SELECT * FROM objects WHERE kind = 'payment_intent' ORDER BY seq")
    for row in rows:
        record = record_of(row)
        charge = machine.store.find(record.account, record.body["latest_charge"] or "", "charge")
        line = {
            name: record.body[name]
            for name in ("id", "status", "amount", "amount_received", "currency", "metadata")
        }
        line["amount_refunded"] = charge.body["amount_refunded"] if charge else 0
        line["disputed"] = bool(charge and charge.body["disputed"])
        line["session"] = record.hidden.get("session")
        accounts.setdefault(record.account, []).append(line)
    return {"accounts": accounts, "endpoints": _endpoints(machine)}


def _endpoints(machine: Machine) -> list[Body]:
    rows = machine.store.query("SELECT * FROM objects WHERE kind = 'webhook_endpoint'")
    every = events.EVERY_ACCOUNT
    return [
        {"id": one["id"], "url": json.loads(one["body"])["url"], "all": one["account"] == every}
        for one in rows
    ]


def _payout(machine: Machine, wish: Body) -> Body:
    """Send the balance to the bank: of one account, or of every one that has a balance."""
    rows = machine.store.query(
        "SELECT DISTINCT account FROM objects WHERE kind = 'balance_transaction'"
    )
    wanted = [str(wish["account"])] if "account" in wish else [row["account"] for row in rows]
    with machine.work():
        made = [each for name in wanted for each in payouts.pay_out(Call(machine.store, name))]
    return {"payouts": made}


def _key(machine: Machine, wish: Body) -> Body:
    """What a key may not do: `lacks` names resources, `*` is everything. Nothing: all is well."""
    lacks = [str(each) for each in wish.get("lacks", [])]
    machine.store.query(
        "INSERT OR REPLACE INTO keys VALUES (?, ?)", (str(wish["key"]), json.dumps(lacks))
    )
    return {"key": str(wish["key"])[:8], "lacks": lacks}


_HANDLERS: Final[dict[tuple[str, str], Callable[[Machine, Body], Body]]] = {
    ("GET", "books"): _books,
    ("GET", "deliveries"): _deliveries,
    ("GET", "faults"): _faults,
    ("GET", "health"): _health,
    ("GET", "requests"): _requests,
    ("POST", "clock"): _clock,
    ("POST", "dispute"): _dispute,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "key"): _key,
    ("POST", "payout"): _payout,
    ("POST", "resend"): _resend,
    ("POST", "reset"): _reset,
}
