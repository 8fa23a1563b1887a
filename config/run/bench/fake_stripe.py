"""Answers the one question the product asks when it hears of a payment: what became of a page.

The local Stripe would do it too, at several times the cost, and it is not what is measured. So
this keeps nothing: all it says stands in the page's name, `cs_test_<attempt>_<amount>`. Asked by
the real adapter over HTTP. A program: `python -m config.run.bench.fake_stripe PORT`.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

CURRENCY: Final = "eur"
INSTANCE: Final = "bench"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = json.dumps(paid_page(path.rpartition("/")[2])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002  # As inherited.
        """Say nothing: this is asked thousands of times."""


def paid_page(session_id: str) -> dict[str, Any]:
    """A page that was paid in full with a card."""
    _cs, _test, attempt, amount = session_id.split("_")
    facts = {"app": "afterward", "env": INSTANCE, "attempt": str(uuid.UUID(attempt))}
    return {
        "id": session_id,
        "object": "checkout.session",
        "status": "complete",
        "url": None,
        "customer_email": None,
        "customer_details": {"email": "guest@example.org"},
        "metadata": facts,
        "payment_intent": _intent(attempt, int(amount), facts),
        "setup_intent": None,
    }


def _intent(attempt: str, amount: int, facts: dict[str, str]) -> dict[str, Any]:
    return {
        "id": f"pi_{attempt}",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": amount,
        "amount_received": amount,
        "currency": CURRENCY,
        "created": int(time.time()),
        "metadata": facts,
        "last_payment_error": None,
        "latest_charge": {
            "id": f"ch_{attempt}",
            "object": "charge",
            "billing_details": {"email": "guest@example.org"},
            "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}},
        },
    }


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
