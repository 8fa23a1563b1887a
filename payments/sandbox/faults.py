"""Things that go wrong on demand, a counted number of times."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from payments.sandbox.errors import ApiError
from payments.sandbox.store import Store

KINDS: Final = {
    "api": frozenset(
        {
            "drop_before",
            "http_500_before",
            "http_500_after_commit",
            "idempotency_in_use",
            "lock_timeout",
            "rate_limit",
            "slow",
            "timeout_after_commit",
        }
    ),
    "webhook": frozenset({"bad_signature", "delay", "drop", "duplicate", "stale_timestamp"}),
}
BEFORE: Final = ("drop_before", "http_500_before", "lock_timeout", "rate_limit")
AFTER: Final = ("http_500_after_commit", "timeout_after_commit")
SECONDS: Final = {"timeout_after_commit": 30.0, "slow": 1.0, "delay": 2.0}


@dataclass(frozen=True)
class Fault:
    kind: str
    seconds: float


def add(store: Store, wish: dict[str, Any]) -> None:
    """Arm a fault.

    :raises ApiError: when there is no such fault.
    """
    scope, kind = str(wish.get("scope", "api")), str(wish.get("kind"))
    if kind not in KINDS.get(scope, frozenset()):
        raise ApiError(400, f"No such fault: {scope} {kind}")
    values = (
        scope,
        str(wish.get("match") or "*"),
        kind,
        int(wish.get("times", 1)),
        float(wish.get("seconds", SECONDS.get(kind, 0.0))),
    )
    store.query(
        "INSERT INTO faults (scope, match, kind, times, seconds) VALUES (?, ?, ?, ?, ?)", values
    )


def take(store: Store, scope: str, subject: str, kinds: tuple[str, ...]) -> Fault | None:
    """Use up one turn of the first armed fault that fits, if any does."""
    with store.transaction():
        rows = store.query(
            "SELECT * FROM faults WHERE scope = ? AND times > 0 ORDER BY id", (scope,)
        )
        for row in rows:
            if row["kind"] in kinds and fits(row["match"], subject):
                store.query("UPDATE faults SET times = times - 1 WHERE id = ?", (row["id"],))
                return Fault(row["kind"], row["seconds"])
    return None


def fits(pattern: str, subject: str) -> bool:
    """A pattern with a star covers the whole subject; one without may stand anywhere in it."""
    if "*" in pattern:
        return fnmatchcase(subject, pattern)
    return pattern in subject


def error_of(fault: Fault) -> ApiError:
    """The answer of a fault that answers."""
    match fault.kind:
        case "rate_limit":
            message = "Request rate limit exceeded."
            return ApiError(429, message, code="rate_limit")
        case "lock_timeout":
            message = "This object cannot be accessed right now: another request is using it."
            return ApiError(429, message, code="lock_timeout")
        case "idempotency_in_use":
            return in_use()
        case _:
            return ApiError(500, "An unknown error occurred.", kind="api_error")


def in_use() -> ApiError:
    message = "There is currently another in-progress request using this Idempotent Key."
    return ApiError(409, message, kind="idempotency_error", code="idempotency_key_in_use")
