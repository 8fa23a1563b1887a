"""The port's promises, kept alike by the real adapter on the sandbox and by the fake in memory."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from config.kernel.money import Money
from config.kernel.transactions import OpenTransaction
from payments.gateway.port import (
    AmountTooSmall,
    Busy,
    CheckoutSpec,
    Credentials,
    CredentialsInvalid,
    GatewayBug,
    IntentStatus,
    NotFound,
    OutcomeUnknown,
    PageStatus,
)
from payments.gateway.stripe_gateway import StripeGateway
from payments.sandbox.server import SandboxServer
from tests import fakes

KEY = "sk_test_contract"


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


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class InMemory:
    """The fake that services are tested with."""

    def __init__(self):
        self.gateway = fakes.FakeGateway(Credentials(api_key=KEY))

    def pay(self, page, card="4242424242424242"):
        if card.endswith("4242"):
            fakes.BOOK.pay(page.session_id, at=datetime.now(tz=UTC))
        else:
            fakes.BOOK.decline(page.session_id, code="generic_decline", at=datetime.now(tz=UTC))


@pytest.fixture(scope="module")
def sandbox():
    with SandboxServer() as server:
        yield server


@pytest.fixture(params=["sandbox", "memory"])
def processor(request, settings, monkeypatch):
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    if request.param == "memory":
        return InMemory()
    settings.STRIPE_API_BASE = request.getfixturevalue("sandbox").url
    return OnSandbox(settings.STRIPE_API_BASE)


def new_key():
    return f"checkout:{uuid.uuid4()}"


def test_a_page_is_open_and_has_no_payment_yet(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())

    assert page.status == PageStatus.OPEN
    assert page.url
    assert page.payment is None
    assert page.metadata["op"] == "op-7"


def test_the_same_key_opens_the_same_page(processor):
    key, words = new_key(), spec()

    first = processor.gateway.open_payment_checkout(words, key=key)
    again = processor.gateway.open_payment_checkout(words, key=key)

    assert again.session_id == first.session_id


def test_the_same_key_with_other_words_is_a_bug(processor):
    key = new_key()
    processor.gateway.open_payment_checkout(spec(), key=key)

    with pytest.raises(GatewayBug):
        processor.gateway.open_payment_checkout(spec(amount=2200), key=key)


@pytest.mark.parametrize(
    ("amount", "tip", "currency"),
    [(2180, 218, "EUR"), (48_000, 0, "KRW"), (31_330, 1_000, "KWD")],
)
def test_a_paid_page_says_how_much_came_in(processor, amount, tip, currency):
    page = processor.gateway.open_payment_checkout(
        spec(amount=amount, tip=tip, currency=currency), key=new_key()
    )
    processor.pay(page)

    paid = processor.gateway.get_checkout(page.session_id)

    assert paid.status == PageStatus.COMPLETE
    assert paid.payment.status == IntentStatus.SUCCEEDED
    assert paid.payment.received == Money(amount + tip, currency)
    assert (paid.payment.card_brand, paid.payment.card_last4) == ("visa", "4242")
    assert (paid.email, paid.payment.email) == ("payer@example.org", "payer@example.org")
    assert paid.payment.metadata["attempt"] == "attempt-7"


def test_a_payment_is_found_by_its_own_name(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page)
    paid = processor.gateway.get_checkout(page.session_id).payment

    assert processor.gateway.get_payment(paid.intent_id) == paid


def test_a_declined_card_leaves_the_page_open(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page, card="4000000000000002")

    still = processor.gateway.get_checkout(page.session_id)

    assert still.status == PageStatus.OPEN
    assert still.payment.status == IntentStatus.WAITING
    assert still.payment.decline_code == "generic_decline"


def test_an_expired_page_is_expired_for_good(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())

    first = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")
    again = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")

    assert (first.status, again.status) == (PageStatus.EXPIRED, PageStatus.EXPIRED)


def test_expiring_a_paid_page_tells_that_it_was_paid(processor):
    page = processor.gateway.open_payment_checkout(spec(), key=new_key())
    processor.pay(page)

    snapshot = processor.gateway.expire_checkout(page.session_id, key=f"expire:{uuid.uuid4()}")

    assert snapshot.status == PageStatus.COMPLETE
    assert snapshot.payment.status == IntentStatus.SUCCEEDED


def test_pages_are_listed_with_what_they_were_opened_for(processor):
    mark = str(uuid.uuid4())
    processor.gateway.open_payment_checkout(spec(metadata={"op": mark}), key=new_key())

    pages = processor.gateway.list_checkouts(since=datetime.now(tz=UTC) - timedelta(minutes=1))

    assert [page.metadata["op"] for page in pages].count(mark) == 1


def test_too_little_for_a_card_is_told_apart(processor):
    with pytest.raises(AmountTooSmall):
        processor.gateway.open_payment_checkout(spec(amount=10), key=new_key())


@pytest.mark.parametrize("ask", ["get_checkout", "get_payment"])
def test_what_is_not_there_is_not_found(processor, ask):
    with pytest.raises(NotFound):
        getattr(processor.gateway, ask)("cs_test_nowhere")


@pytest.fixture
def gateway(sandbox, settings):
    settings.STRIPE_API_BASE = sandbox.url
    return StripeGateway(Credentials(api_key=KEY))


def fault(sandbox, kind, **match):
    body = json.dumps(
        {"scope": "api", "kind": kind, "match": "checkout/sessions", "times": 1}
    ).encode()
    request = urllib.request.Request(
        f"{sandbox.url}/_sandbox/faults",
        data=body,
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request).close()


@pytest.mark.parametrize("kind", ["http_500_after_commit", "timeout_after_commit", "drop_before"])
def test_no_answer_means_we_do_not_know(gateway, sandbox, kind, monkeypatch):
    monkeypatch.setattr("payments.gateway.stripe_gateway.WEB_TIMEOUT", (1.0, 1.0))
    impatient = StripeGateway(Credentials(api_key=KEY))
    fault(sandbox, kind)

    with pytest.raises(OutcomeUnknown):
        impatient.open_payment_checkout(spec(), key=new_key())


@pytest.mark.parametrize("kind", ["idempotency_in_use", "lock_timeout", "rate_limit"])
def test_busy_means_it_did_not_happen(gateway, sandbox, kind):
    fault(sandbox, kind)

    with pytest.raises(Busy):
        gateway.open_payment_checkout(spec(), key=new_key())


def test_after_a_lost_answer_the_same_key_finds_the_same_page(gateway, sandbox, monkeypatch):
    monkeypatch.setattr("payments.gateway.stripe_gateway.WEB_TIMEOUT", (1.0, 1.0))
    impatient = StripeGateway(Credentials(api_key=KEY))
    key, words = new_key(), spec(metadata={"op": key_mark()})
    fault(sandbox, "timeout_after_commit")
    with pytest.raises(OutcomeUnknown):
        impatient.open_payment_checkout(words, key=key)

    page = gateway.open_payment_checkout(words, key=key)

    listed = gateway.list_checkouts(since=datetime.now(tz=UTC) - timedelta(minutes=1))
    assert [each.session_id for each in listed if each.metadata == words.metadata] == [
        page.session_id
    ]


def key_mark():
    return str(uuid.uuid4())


def test_nobody_listening_means_we_do_not_know(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(OutcomeUnknown):
        StripeGateway(Credentials(api_key=KEY)).get_checkout("cs_test_1")


def test_a_refused_key_is_told_apart(sandbox, settings):
    settings.STRIPE_API_BASE = sandbox.url

    with pytest.raises(CredentialsInvalid):
        StripeGateway(Credentials(api_key="not_a_key")).get_checkout("cs_test_1")


@pytest.mark.django_db
def test_no_call_is_made_inside_a_transaction(gateway):
    with transaction.atomic(), pytest.raises(OpenTransaction):
        gateway.get_checkout("cs_test_1")
