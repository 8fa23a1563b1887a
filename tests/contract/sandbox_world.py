"""A sandbox of one's own with a shop behind it, and the few moves that every test makes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe

from payments.sandbox.server import SandboxServer
from tests.contract import sandbox_answers
from tests.contract.sandbox_conformance import problems
from tests.contract.sandbox_shop import SECRET, Shop

KEY = "sk_test_of_the_shop"
GOOD = "4242424242424242"
DECLINED = "4000000000000002"
ALWAYS_ASKS = "4000002760003184"
SUCCESS = "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}"
CANCEL = "http://127.0.0.1:9/back"
QUICK = (0.05, 0.1, 0.2)


class World:
    """The unmodified SDK, pointed at a sandbox."""

    def __init__(self, server: SandboxServer, shop: Shop) -> None:
        self.server = server
        self.shop = shop
        self.url = server.url
        self.stripe = self.client()

    def client(self, key: str = KEY, **options: Any) -> Any:
        return stripe.StripeClient(key, base_addresses={"api": self.url}, **options).v1

    def session(self, amount: int = 1250, currency: str = "eur", **more: Any) -> Any:
        """An open page with one line on it."""
        line = {
            "quantity": 1,
            "price_data": {
                "currency": currency,
                "unit_amount": amount,
                "product_data": {"name": "Tab at the Blue Door"},
            },
        }
        params = {
            "mode": "payment",
            "line_items": [line],
            "allowed_payment_method_types": ["card"],
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
        }
        wanted = {name: value for name, value in (params | more).items() if value is not None}
        return self.stripe.checkout.sessions.create(wanted)

    def press_pay(self, url: str, number: str = GOOD, email: str = "grace@example.org") -> Any:
        """What the browser does with the form: 303 leads away, 200 is the form once more."""
        return self.submit(url, {"email": email, "number": number})

    def press_bank(self, url: str, answer: str = "approve") -> Any:
        return self.submit(url, {"answer": answer})

    def submit(self, url: str, form: dict[str, str]) -> Any:
        answer = requests.post(url, data=form, allow_redirects=False, timeout=20)
        if answer.headers.get("Location", "").startswith("/c/pay/"):
            return requests.get(self.url + answer.headers["Location"], timeout=20)
        return answer

    def paid(self, **more: Any) -> Any:
        """A session that has been paid, with its payment expanded."""
        session = self.session(**more)
        assert self.press_pay(session.url).status_code == 303
        return self.fetch(session.id)

    def fetch(self, session_id: str) -> Any:
        expand = {"expand": ["payment_intent.latest_charge"]}
        return self.stripe.checkout.sessions.retrieve(session_id, expand)

    def control(self, name: str, **wish: Any) -> Any:
        answer = requests.post(f"{self.url}/_sandbox/{name}", json=wish, timeout=20)
        return answer.json()

    def look(self, name: str) -> Any:
        return requests.get(f"{self.url}/_sandbox/{name}", timeout=20).json()

    def fault(self, kind: str, match: str = "*", scope: str = "api", **more: Any) -> None:
        assert self.control("faults", scope=scope, match=match, kind=kind, **more)["faults"]

    def until(self, condition: Any, patience: float = 5.0) -> Any:
        """Wait for what happens by itself; what it came to be is handed back."""
        end = time.monotonic() + patience
        while not (found := condition()) and time.monotonic() < end:
            time.sleep(0.02)
        assert found
        return found

    def misshapen(self) -> list[str]:
        """Every complaint about every answer and event of this sandbox."""
        answers = [one["body"] for one in self.look("requests")["requests"] if one["body"]]
        bodies = [*answers, *self.shop.events]
        sandbox_answers.keep(bodies)
        return [complaint for body in bodies for complaint in problems(body)]


def said(caught):
    """The error object inside what the SDK raised."""
    return caught.value.error


@contextmanager
def open_world(**options: Any) -> Iterator[World]:
    """A world for one test; at its end, everything that was said in it has Stripe's shape."""
    with (
        Shop() as shop,
        SandboxServer(webhook=(shop.url, SECRET), retries=QUICK, **options) as server,
    ):
        world = World(server, shop)
        yield world
        assert world.misshapen() == []
