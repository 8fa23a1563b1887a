"""The operation that is measured: a tab from opening to settlement, in six calls.

Open, three lines one by one, close and ask for the money, and Stripe's signed report that it was
paid. In the product the report is stored and answered at once; a worker then asks Stripe (a fake
on this machine, over HTTP, by the real adapter) and settles the tab. The guest's own part, opening
Stripe's page, is written into the database by hand and is not measured.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from config.run.bench.books import Books
from config.run.bench.client import Server
from config.run.plan import ACCOUNT_ID

WEBHOOK_SECRET: Final = "whsec_bench"  # noqa: S105  # Signs nothing outside the bench.
LINES: Final = 3
_ATTEMPT: Final = (
    "INSERT INTO payments_checkoutattempt (id, account_id, tab_id, payer_digest, payer_email,"
    " state, amount_minor, tip_minor, currency, tab_version, session_id, url, created_at,"
    " expires_at, next_check_at, last_decline)"
    " VALUES (%s, %s, %s, '', '', 'open', %s, 0, 'EUR', 1, %s, '', %s, %s, %s, '')"
)


@dataclass(frozen=True, kw_only=True)
class Till:
    """One venue's key, and three things it sells."""

    server: Server
    items: tuple[str, ...]


class Ours:
    """The product, asked as other software asks it."""

    def __init__(self, till: Till, books: Books, *, label: str, at_once: bool = False) -> None:
        self._till, self._books, self._label, self._at_once = till, books, label, at_once
        self.done = 0

    def __call__(self) -> list[float]:
        took: list[float] = []
        bill = self._call(took, "/api/v1/tabs/", {"label": self._label}, 201)
        tab = f"/api/v1/tabs/{bill['id']}/"
        lines = [{"item": item, "quantity": 1} for item in self._till.items[:LINES]]
        for body in [lines] if self._at_once else lines:
            bill = self._call(took, f"{tab}lines/", body, 201)
        bill = self._call(took, f"{tab}closure/", {"email": "guest@example.org"}, 200)
        event = self._paid(uuid.UUID(bill["id"]), int(bill["totals"]["total"]["minor"]))
        path = f"/hooks/stripe/{ACCOUNT_ID}/"
        _timed(took, lambda: self._till.server.post(path, event, expected=200, **signed(event)))
        self.done += 1
        return took

    def _call(self, took: list[float], path: str, body: object, expected: int) -> Any:
        key, raw = str(uuid.uuid4()), json.dumps(body).encode()
        return _timed(
            took,
            lambda: self._till.server.post(path, raw, expected=expected, Idempotency_Key=key),
        )

    def _paid(self, tab: uuid.UUID, minor: int) -> bytes:
        """The guest has opened the page and paid: the attempt, and Stripe's report."""
        attempt, now = uuid.uuid4(), datetime.now(tz=UTC)
        session, later = f"cs_test_{attempt.hex}_{minor}", now + timedelta(minutes=31)
        account = uuid.UUID(ACCOUNT_ID)
        self._books.all(_ATTEMPT, attempt, account, tab, minor, session, now, later, later)
        return event_about(session)


class Bare:
    """The same six calls to a Django view of raw SQL."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __call__(self) -> list[float]:
        took: list[float] = []
        tab = self._call(took, "/tabs/", {"label": "bare"})["id"]
        for item in range(LINES):
            self._call(took, f"/tabs/{tab}/lines/", {"item": item + 1, "quantity": 1})
        self._call(took, f"/tabs/{tab}/closure/", {"email": "guest@example.org"})
        event = event_about(f"cs_test_{tab}")
        _timed(took, lambda: self._server.post("/hook/", event, expected=200, **signed(event)))
        return took

    def _call(self, took: list[float], path: str, body: object) -> Any:
        raw = json.dumps(body).encode()
        return _timed(took, lambda: self._server.post(path, raw, expected=200))


def event_about(session: str) -> bytes:
    """What Stripe sends when a page was paid."""
    event = {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "created": int(time.time()),
        "data": {"object": {"id": session, "object": "checkout.session"}},
    }
    return json.dumps(event).encode()


def signed(body: bytes) -> Mapping[str, str]:
    """Stripe's signature of a body."""
    at = int(time.time())
    code = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return {"Stripe_Signature": f"t={at},v1={code.hexdigest()}"}


def turns(tills: list[Till]) -> Callable[[], Till]:
    """The next venue's till, round and round."""
    ring = itertools.cycle(tills)
    return lambda: next(ring)


def _timed(took: list[float], call: Callable[[], Any]) -> Any:
    started = time.monotonic()
    answer = call()
    took.append(time.monotonic() - started)
    return answer
