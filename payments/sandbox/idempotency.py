"""Answers remembered by key, so that the same request never happens twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from payments.sandbox import faults
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Store

KEPT: Final = 24 * 3600
LONGEST_KEY: Final = 255


@dataclass(frozen=True)
class Remembered:
    status: int
    body: str
    request_id: str


def fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    text = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def begin(store: Store, account: str, key: str, print_: str) -> Remembered | None:
    """Take the key for this request, or give back the answer it already has.

    :raises ApiError: 400 for other parameters under the same key, 409 while it is in use.
    """
    if len(key) > LONGEST_KEY:
        message = "Idempotency keys may be at most 255 characters long."
        raise ApiError(400, message, kind="idempotency_error")
    with store.transaction():
        oldest = store.now() - KEPT
        store.query("DELETE FROM answers WHERE account = ? AND created < ?", (account, oldest))
        rows = store.query("SELECT * FROM answers WHERE account = ? AND key = ?", (account, key))
        if not rows:
            store.query(
                "INSERT INTO answers (account, key, fingerprint, created) VALUES (?, ?, ?, ?)",
                (account, key, print_, store.now()),
            )
            return None
    return _answer(rows[0], key, print_)


def _answer(row: Any, key: str, print_: str) -> Remembered:
    if row["fingerprint"] != print_:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request."
        )
        raise ApiError(400, message, kind="idempotency_error")
    if row["status"] is None:
        raise faults.in_use()
    return Remembered(row["status"], row["body"], row["request_id"])


def finish(store: Store, account: str, key: str, answer: Remembered) -> None:
    store.query(
        "UPDATE answers SET status = ?, body = ?, request_id = ? WHERE account = ? AND key = ?",
        (answer.status, answer.body, answer.request_id, account, key),
    )


def forget(store: Store, account: str, key: str) -> None:
    """A request that never began leaves the key free."""
    store.query(
        "DELETE FROM answers WHERE account = ? AND key = ? AND status IS NULL", (account, key)
    )


def forget_unfinished(store: Store) -> None:
    """After a restart nothing is in progress any more."""
    store.query("DELETE FROM answers WHERE status IS NULL")
