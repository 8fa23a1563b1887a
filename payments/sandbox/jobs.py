"""What happens by itself when its time has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from payments.sandbox.call import Call
from payments.sandbox.resources import (
    charging,
    checkout,
    debits,
    disputes,
    payment_intents,
    payment_methods,
    refunds,
)
from payments.sandbox.store import Record, Store


def _settle_charge(call: Call, record: Record) -> None:
    charging.settle(call, record)


def _dispute_charge(call: Call, record: Record) -> None:
    method = call.get("payment_method", record.body["payment_method"])
    disputes.open_for(call, record, payment_methods.card_of(method).dispute)


def _decide_dispute(call: Call, record: Record) -> None:
    disputes.decide(call, record, record.hidden["verdict"])


_JOBS: Final[dict[str, Callable[[Call, Record], None]]] = {
    "decide_debit": debits.decide,
    "decide_dispute": _decide_dispute,
    "dispute_charge": _dispute_charge,
    "expire_hold": payment_intents.expire_hold,
    "expire_session": checkout.end,
    "fail_refund": refunds.fail,
    "settle_charge": _settle_charge,
    "settle_refund": refunds.settle,
}


def any_due(store: Store) -> bool:
    return bool(store.query("SELECT 1 FROM jobs WHERE due <= ? LIMIT 1", (store.now(),)))


def run_due(store: Store) -> int:
    """Do everything that is due by the sandbox's clock; say how much that was."""
    done = 0
    with store.transaction():
        while rows := store.query(
            "SELECT * FROM jobs WHERE due <= ? ORDER BY due, id LIMIT 100", (store.now(),)
        ):
            for row in rows:
                store.query("DELETE FROM jobs WHERE id = ?", (row["id"],))
                record = store.find(row["account"], row["object"])
                if record is not None:
                    _JOBS[row["kind"]](Call(store, row["account"]), record)
                    done += 1
    return done
