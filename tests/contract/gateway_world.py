"""What the contract of the gateway is tested with: two processors, one behaviour."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from config.kernel.money import Money
from payments.gateway.snapshots import RefundStatus
from payments.gateway.specs import CheckoutSpec, Credentials
from payments.gateway.stripe_gateway import StripeGateway
from payments.rules.dispute_states import DisputeState
from tests import fakes
from tests.fakes import disputes

KEY = "sk_test_contract"
PENDING, FAILS_LATER = "4000000000007726", "4000000000005126"
REFUNDS = {PENDING: RefundStatus.PENDING, FAILS_LATER: RefundStatus.SUCCEEDED}


def spec(amount=2180, tip=0, currency="EUR", **changes):
    now = datetime.now(tz=UTC)
    words: dict[str, Any] = {
        "reference": "attempt-7",
        "amount": Money(amount, currency),
        "tip": Money(tip, currency),
        "description": "Your tab MINT-42 at Larkspur Coffee",
        "tip_description": "Tip for the team",
        "email": "donal@example.org",
        "success_url": "https://tab.example/return/",
        "cancel_url": "https://tab.example/back/",
        "expires_at": now.replace(microsecond=0) + timedelta(minutes=31),
        "locale": "en",
        "metadata": {"app": "afterward", "op": "op-7", "attempt": "attempt-7"},
    }
    return CheckoutSpec(**(words | changes))


class OnSandbox:
    """The real adapter, the real client, over HTTP."""

    def __init__(self, url):
        self.url = url
        self.gateway = StripeGateway(Credentials(api_key=KEY))

    def pay(self, page, card="4242424242424242"):
        """Fill in the hosted page's form, as a guest without JavaScript would."""
        fields = {"email": "payer@example.org", "card": card, "number": card}
        body = urllib.parse.urlencode(fields).encode()
        opener = urllib.request.build_opener(_StayHere)
        try:
            opener.open(urllib.request.Request(page.url, data=body, method="POST"))
        except urllib.error.HTTPError as answer:
            answer.close()

    def let_the_bank_decide(self, _refund, _status):
        """What happens to slow refunds happens within this time."""
        advance(self.url, 3600)

    def let_time_pass(self, span):
        advance(self.url, int(span.total_seconds()))

    def give_card(self, page, card):
        """As `pay`; a bank that asks is said yes to."""
        self.pay(page, card)
        setup = self.gateway.get_checkout(page.session_id).setup
        if setup and setup.card is None:
            self._say_yes(setup.setup_id)

    def _say_yes(self, setup_id):
        opener = urllib.request.build_opener(_StayHere)
        request = urllib.request.Request(
            f"{self.url}/c/bank/{setup_id}", data=b"answer=approve", method="POST"
        )
        try:
            opener.open(request)
        except urllib.error.HTTPError as answer:
            answer.close()

    def dispute(self, payment, *, reason="fraudulent"):
        """The bank takes the payment back, or asks; the dispute's name."""
        wish = {"payment_intent": payment.intent_id, "reason": reason}
        return control(self.url, "dispute", **wish)["id"]

    def decide(self, dispute_id, verdict):
        control(self.url, "dispute", dispute=dispute_id, verdict=verdict)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class InMemory:
    """The fake that services are tested with."""

    def __init__(self):
        self.gateway = fakes.FakeGateway(Credentials(api_key=KEY))

    def pay(self, page, card="4242424242424242"):
        fakes.BOOK.refund_status = REFUNDS.get(card, RefundStatus.SUCCEEDED)
        if card.endswith("4242") or card in REFUNDS:
            fakes.BOOK.pay(page.session_id, at=datetime.now(tz=UTC))
        else:
            fakes.BOOK.decline(page.session_id, code="generic_decline", at=datetime.now(tz=UTC))

    def let_the_bank_decide(self, refund, status):
        fakes.BOOK.move_refund(refund.refund_id, status)

    def let_time_pass(self, span):
        fakes.BOOK.lapse(at=datetime.now(tz=UTC) + span)

    def give_card(self, page, card):
        refusals = {"3184": ["authentication_required"], "0341": ["generic_decline"]}
        fakes.BOOK.give_card(page.session_id, refusals=refusals.get(card[-4:], []))

    def dispute(self, payment, *, reason="fraudulent"):
        now, inquiry = datetime.now(tz=UTC), reason == "inquiry"
        return disputes.open_dispute(
            fakes.BOOK, payment.intent_id, at=now, reason=reason, inquiry=inquiry
        )

    def decide(self, dispute_id, verdict):
        disputes.decide(fakes.BOOK, dispute_id, DisputeState(verdict))


def new_key():
    return f"checkout:{uuid.uuid4()}"


def fault(sandbox, kind, **match):
    fields = {"scope": "api", "kind": kind, "match": "checkout/sessions", "times": 1}
    control(sandbox.url, "faults", **(fields | match))


def advance(url, seconds):
    """Let the sandbox's own time pass."""
    control(url, "clock", advance=seconds)


def control(url, name, **wish):
    """Turn one of the sandbox's switches; its answer."""
    request = urllib.request.Request(
        f"{url}/_sandbox/{name}",
        data=json.dumps(wish).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
