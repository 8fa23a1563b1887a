"""A shop that listens for events: it checks the signature and answers as it was told to."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import stripe

SECRET = "whsec_of_the_shop"


class Shop:
    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret
        self.events: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self.answers: deque[int] = deque()
        self.pause = 0.0
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def _handler(shop) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # `self` is the handler's.
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = shop.receive(body, self.headers["Stripe-Signature"])
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        return Handler

    def receive(self, body: bytes, signature: str) -> int:
        time.sleep(self.pause)
        with self._changed:
            event = json.loads(body)
            try:
                stripe.WebhookSignature.verify_header(body, signature, self.secret, 300)
            except stripe.SignatureVerificationError:
                self.refused.append(event)
                return 400
            finally:
                self._changed.notify_all()
            status = self.answers.popleft() if self.answers else 200
            (self.events if status == 200 else self.refused).append(event)
            return status

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, kind: str, count: int = 1, patience: float = 5.0) -> dict[str, Any]:
        """The last of so many accepted events of a kind."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: self.types.count(kind) >= count, patience)
        assert arrived, f"{kind} did not arrive {count} times, only {self.types}"
        return [event for event in self.events if event["type"] == kind][-1]

    def wait_for_refusal(self, patience: float = 5.0) -> dict[str, Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.refused), patience)
        return self.refused[-1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
