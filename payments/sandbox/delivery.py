"""Events on their way: signed, sent by a few threads, tried again, and their fate written down."""

from __future__ import annotations

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import urlsplit

import stripe

from payments.sandbox import faults
from payments.sandbox.store import Record, Store, record_of

PATIENCE: Final = 10.0
RETRIES: Final = (1.0, 3.0, 10.0, 30.0, 120.0)
SENDERS: Final = 4
STALE: Final = 3_600
_FAULTS: Final = tuple(sorted(faults.KINDS["webhook"]))


class Courier:
    """Takes what `events` queued; knows nothing but the queue, so a restart loses nothing."""

    def __init__(self, store: Store, retries: tuple[float, ...] = RETRIES) -> None:
        self._store = store
        self._retries = retries
        self._changed = threading.Condition()
        self._under_way: set[int] = set()
        self._stopped = False
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sandbox-webhook")
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, event_id: str, patience: float = PATIENCE) -> None:
        """Until every endpoint answered this event once, or patience ends."""
        end = time.monotonic() + patience
        with self._changed:
            while not self._stopped and self._unanswered(event_id):
                rest = end - time.monotonic()
                if rest <= 0:
                    return
                self._changed.wait(min(rest, 0.5))

    def _unanswered(self, event_id: str) -> bool:
        rows = self._store.query(
            "SELECT 1 FROM deliveries WHERE event = ? AND state = 'pending' AND attempts = 0"
            " AND error IS NULL",
            (event_id,),
        )
        return bool(rows)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                wait = self._send_due()
                self._changed.wait(wait)

    def _send_due(self) -> float:
        """Hand what is due to the pool; say how long nothing else will be."""
        rows = self._store.query(
            "SELECT id, due FROM deliveries WHERE state = 'pending' ORDER BY due, id LIMIT 200"
        )
        waiting = [row for row in rows if row["id"] not in self._under_way]
        now = time.time()
        for row in waiting:
            if row["due"] <= now:
                self._under_way.add(row["id"])
                self._pool.submit(self._deliver, row["id"])
        later = [float(row["due"]) - now for row in waiting if row["due"] > now]
        return min([*later, 5.0])

    def _deliver(self, delivery_id: int) -> None:
        try:
            self._attempt(delivery_id)
        finally:
            with self._changed:
                self._under_way.discard(delivery_id)
                self._changed.notify_all()

    def _attempt(self, delivery_id: int) -> None:
        row = self._store.query("SELECT * FROM deliveries WHERE id = ?", (delivery_id,))
        parts = self._parts(row[0]) if row else None
        if parts is None:
            self._settle(delivery_id, "failed", None, "The event or its endpoint is gone.")
            return
        fault = faults.take(self._store, "webhook", row[0]["type"], _FAULTS)
        match fault.kind if fault else "":
            case "drop":
                self._settle(delivery_id, "failed", None, "Dropped on request.")
                return
            case "delay":
                assert fault is not None
                self._postpone(delivery_id, fault.seconds)
                return
            case "duplicate":
                _post(*parts, kind="")
        status, problem = _post(*parts, kind=fault.kind if fault else "")
        self._answered(row[0], status, problem)

    def _parts(self, row: Any) -> tuple[str, str, str] | None:
        """The address, the secret and the body."""
        endpoint = self._find(row["endpoint"], "webhook_endpoint")
        event = self._find(row["event"], "event")
        if endpoint is None or event is None:
            return None
        return endpoint.body["url"], endpoint.hidden["secret"], json.dumps(event.body, indent=2)

    def _find(self, object_id: str, kind: str) -> Record | None:
        rows = self._store.query(
            "SELECT * FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
        )
        return record_of(rows[0]) if rows else None

    def _answered(self, row: Any, status: int | None, problem: str | None) -> None:
        attempts = row["attempts"]
        if status is not None and 200 <= status < 300:  # noqa: PLR2004  # What success is.
            self._settle(row["id"], "succeeded", status, None)
            self._count_down(row["event"])
        elif attempts < len(self._retries):
            self._store.query(
                "UPDATE deliveries SET attempts = attempts + 1, due = ?, status = ?, error = ?"
                " WHERE id = ?",
                (time.time() + self._retries[attempts], status, problem or "Not a 2xx", row["id"]),
            )
        else:
            self._settle(row["id"], "failed", status, problem or "Not a 2xx")

    def _settle(self, delivery_id: int, state: str, status: int | None, error: str | None) -> None:
        self._store.query(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, status = ?, error = ?"
            " WHERE id = ?",
            (state, status, error, delivery_id),
        )

    def _postpone(self, delivery_id: int, seconds: float) -> None:
        """An error text tells the waiting page that it need not wait for this one."""
        self._store.query(
            "UPDATE deliveries SET due = ?, error = 'Delayed on request.' WHERE id = ?",
            (time.time() + seconds, delivery_id),
        )

    def _count_down(self, event_id: str) -> None:
        with self._store.transaction():
            event = self._find(event_id, "event")
            if event is not None:
                event.body["pending_webhooks"] = max(0, event.body["pending_webhooks"] - 1)
                self._store.save(event)


def _post(url: str, secret: str, body: str, *, kind: str) -> tuple[int | None, str | None]:
    """Send one event once: the status of the answer, or why there was none."""
    moment = int(time.time()) - (STALE if kind == "stale_timestamp" else 0)
    secret = "whsec_wrong" if kind == "bad_signature" else secret
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (local sandbox)",
        "Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret, moment),
    }
    parts = urlsplit(url)
    kind_of = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind_of(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        link.request("POST", target or "/", body.encode(), headers)
        answer = link.getresponse()
        answer.read(100_000)
    except (OSError, http.client.HTTPException) as error:
        return None, f"{type(error).__name__}: {error}"
    else:
        return answer.status, None
    finally:
        link.close()
