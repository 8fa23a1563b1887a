"""How calls to the real adapter go wrong, and what that is told as."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from config.kernel.transactions import OpenTransaction
from payments.gateway.errors import (
    Busy,
    CredentialsInvalid,
    OutcomeUnknown,
)
from payments.gateway.specs import Credentials
from payments.gateway.stripe_gateway import StripeGateway
from tests.contract.gateway_world import KEY, fault, new_key, spec


@pytest.mark.parametrize("kind", ["http_500_after_commit", "timeout_after_commit", "drop_before"])
def test_no_answer_means_we_do_not_know(gateway, sandbox, kind, monkeypatch):
    monkeypatch.setattr("payments.gateway.stripe_client.WEB_TIMEOUT", (1.0, 1.0))
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
    monkeypatch.setattr("payments.gateway.stripe_client.WEB_TIMEOUT", (1.0, 1.0))
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
