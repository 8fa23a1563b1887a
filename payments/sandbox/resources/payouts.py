"""Payouts: what has arrived in the balance goes to the bank, one currency at a time."""

from __future__ import annotations

import json

from payments.sandbox import ids, listing, shapes
from payments.sandbox.call import Body, Call
from payments.sandbox.resources import balance
from payments.sandbox.store import record_of


def pay_out(call: Call) -> list[Body]:
    """Send everything that is in the balance to the bank; a balance in the red stays."""
    rows = call.store.query(
        "SELECT * FROM objects WHERE account = ? AND kind = 'balance_transaction'"
        " AND json_extract(hidden, '$.payout') IS NULL ORDER BY seq",
        (call.account,),
    )
    open_entries = [record_of(row) for row in rows]
    currencies = sorted({entry.body["currency"] for entry in open_entries})
    made = []
    for currency in currencies:
        entries = [entry for entry in open_entries if entry.body["currency"] == currency]
        amount = sum(entry.body["net"] for entry in entries)
        if amount <= 0:
            continue
        payout = _make(call, currency, amount)
        for entry in entries:
            entry.hidden["payout"] = payout["id"]
            entry.body["status"] = "available"
            call.store.save(entry)
        made.append(payout)
    return made


def _make(call: Call, currency: str, amount: int) -> Body:
    body = shapes.new(
        "payout",
        id=ids.new("payout"),
        amount=amount,
        arrival_date=call.now,
        automatic=True,
        created=call.now,
        currency=currency,
        method="standard",
        reconciliation_status="completed",
        source_type="card",
        status="paid",
        type="bank_account",
    )
    record = call.add(body)
    entry = balance.enter(call, "payout", body, -amount)
    entry.hidden["payout"] = body["id"]
    call.store.save(entry)
    record.body["balance_transaction"] = entry.id
    call.store.save(record)
    call.emit("payout.paid", record.body)
    snapshot: Body = json.loads(json.dumps(record.body))
    return snapshot


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("payout", object_id).body


def listed(call: Call) -> Body:
    return listing.page(call, "payout", "/v1/payouts", ("status",))
