"""Stripe's door: 200 for what Stripe signed, 400 for anything else."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.test import Client

from payments.models import InboxEvent, MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID, AccountKind
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
URL = f"/hooks/stripe/{HOUSE_ACCOUNT_ID}/"
SECRET = "whsec_of_the_test"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1_772_825_400,
    "livemode": False,
    "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
}


def signed(body, *, secret=SECRET, at=None):
    at = int(time.time()) if at is None else at
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signature}"


@pytest.fixture
def deliver(settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET

    def post(body=None, *, signature=None, url=URL):
        body = json.dumps(EVENT).encode() if body is None else body
        headers = {"Stripe-Signature": signed(body) if signature is None else signature}
        return Client(enforce_csrf_checks=True).post(
            url, data=body, content_type="application/json", headers=headers
        )

    return post


def test_a_signed_event_is_stored_and_answered(deliver):
    assert deliver().status_code == 200

    event = InboxEvent.objects.get()
    assert (event.event_id, event.type, event.object_id) == (
        "evt_1",
        "checkout.session.completed",
        "cs_1",
    )


def test_the_same_event_again_is_fine(deliver):
    assert [deliver().status_code for _again in range(3)] == [200, 200, 200]
    assert InboxEvent.objects.count() == 1


BODY = json.dumps(EVENT).encode()
FORGED = {
    "nothing": lambda: "",
    "nonsense": lambda: "nonsense",
    "empty parts": lambda: "t=,v1=",
    "no number": lambda: "t=abc,v1=def",
    "no ASCII": lambda: "t=1,v1=\u00e9",
    "another secret": lambda: signed(BODY, secret="whsec_of_somebody_else"),
    "an hour old": lambda: signed(BODY, at=int(time.time()) - 3600),
    "another body": lambda: signed(b"another body"),
}


@pytest.mark.parametrize("how", sorted(FORGED))
def test_what_stripe_did_not_just_sign_is_turned_away(deliver, how):
    assert deliver(signature=FORGED[how]()).status_code == 400
    assert InboxEvent.objects.count() == 0


def test_one_good_signature_among_others_is_enough(deliver):
    body = json.dumps(EVENT).encode()
    good = signed(body)

    assert deliver(body, signature=f"{good},v1={'0' * 64}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"id": "evt_1"}',
        b'{"id": 1, "type": [], "data": null, "livemode": 0, "created": "x"}',
        b'{"a": "\\u0000"}',
        b"[" * 5_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_parked_for_a_person(deliver, body):
    assert deliver(body).status_code == 200
    assert InboxEvent.objects.unhandled().count() == 1


def test_bytes_that_are_no_text_are_turned_away(deliver):
    assert deliver(b"\xff\xfe").status_code == 400


def test_without_a_secret_the_door_is_shut(deliver, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""

    assert deliver().status_code == 404


def test_another_account_has_no_door(deliver):
    unknown = "/hooks/stripe/11111111-1111-4111-8111-111111111111/"

    assert deliver(url=unknown).status_code == 404


def test_only_posts_come_in(deliver, client):
    assert client.get(URL).status_code == 405


# --- Accounts of venues, and connected ones -------------------------------------------------------
@pytest.fixture
def own_account(larkspur):
    account = MerchantAccount(kind=AccountKind.KEYS, venue=larkspur)
    account.keep_webhook(endpoint_id="we_1", secret="whsec_old", now=EVENING, overlap=None)
    account.keep_webhook(
        endpoint_id="we_2", secret="whsec_new", now=EVENING, overlap=EVENING + timedelta(days=3)
    )
    account.save()
    return account


@pytest.mark.parametrize(
    ("secret", "status"), [("whsec_new", 200), ("whsec_old", 200), (SECRET, 400)]
)
def test_an_account_of_a_venue_has_secrets_of_its_own(deliver, own_account, secret, status):
    answer = deliver(signature=signed(BODY, secret=secret), url=f"/hooks/stripe/{own_account.id}/")

    assert answer.status_code == status
    assert InboxEvent.objects.filter(account=own_account).count() == (status == 200)


def test_an_event_of_a_connected_account_finds_its_venue(deliver, settings, larkspur):
    settings.STRIPE_CONNECT_WEBHOOK_SECRET = "whsec_connect"
    account = MerchantAccount.objects.create(
        kind=AccountKind.CONNECT, venue=larkspur, stripe_account_id="acct_larkspur"
    )
    bodies = [
        json.dumps(EVENT | {"account": name}).encode() for name in ("acct_larkspur", "acct_nobody")
    ]

    answers = [
        deliver(body, signature=signed(body, secret="whsec_connect"), url="/hooks/stripe/connect/")
        for body in bodies
    ]
    forged = deliver(bodies[0], url="/hooks/stripe/connect/")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert forged.status_code == 400
    assert InboxEvent.objects.get().account == account


def test_without_a_secret_there_is_no_door_for_connected_accounts(deliver):
    assert deliver(url="/hooks/stripe/connect/").status_code == 404
