"""Events: signed, sent, tried again, and found by those who missed them."""

from __future__ import annotations

import time

import pytest
import requests
import stripe

from tests.contract.sandbox_shop import Shop
from tests.contract.sandbox_world import ALWAYS_ASKS, DECLINED, open_world

COMPLETED = "checkout.session.completed"


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def undelivered(world):
    return [event.type for event in world.stripe.events.list({"delivery_success": False}).data]


def test_paying_is_told_in_stripes_order_of_things(world):
    world.paid()

    world.shop.wait_for("charge.updated")
    assert [event.type for event in world.stripe.events.list().data][::-1] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_the_shop_knows_before_the_customer_is_back(world):
    world.shop.pause = 0.3

    world.paid()

    assert COMPLETED in world.shop.types


def test_the_customer_is_not_kept_waiting_for_a_shop_that_fails(world):
    world.shop.answers.extend([500] * 20)
    begun = time.monotonic()

    world.paid()

    assert time.monotonic() - begun < 2


def test_an_event_is_the_one_the_api_shows(world):
    world.paid()

    told = world.shop.wait_for(COMPLETED)
    shown = world.stripe.events.retrieve(told["id"])
    assert told["api_version"] == stripe.api_version
    assert told["data"]["object"]["payment_status"] == "paid"
    assert isinstance(told["data"]["object"]["payment_intent"], str)
    assert told["request"] == {"id": None, "idempotency_key": None}
    assert world.until(lambda: world.stripe.events.retrieve(told["id"]).pending_webhooks == 0)
    assert shown.type == COMPLETED


def test_an_event_names_the_request_behind_it(world):
    made = world.stripe.customers.create({}, {"idempotency_key": "once"})

    told = world.shop.wait_for("customer.created")
    assert told["request"] == {
        "id": made.last_response.request_id,
        "idempotency_key": "once",
    }


def test_the_fee_arrives_later_than_the_money(world):
    session = world.paid()

    told = world.shop.wait_for("charge.updated")
    charge = world.stripe.charges.retrieve(
        session.payment_intent.latest_charge.id, {"expand": ["balance_transaction"]}
    )
    assert told["data"]["previous_attributes"] == {"balance_transaction": None}
    assert charge.balance_transaction.amount == 1250
    assert charge.balance_transaction.fee == 66
    assert charge.balance_transaction.net == 1184


def test_a_refused_event_is_sent_again_until_it_is_accepted(world):
    world.shop.answers.extend([500, 302])

    made = world.stripe.customers.create({})

    accepted = world.shop.wait_for("customer.created")
    assert accepted["data"]["object"]["id"] == made.id
    assert len(world.shop.refused) == 2
    assert world.until(lambda: undelivered(world) == [])


def test_an_event_nobody_accepts_is_found_in_the_list_of_the_undelivered(world):
    world.shop.answers.extend([500] * 4)

    world.stripe.customers.create({})

    deliveries = world.until(
        lambda: [one for one in world.look("deliveries")["deliveries"] if one["state"] == "failed"]
    )
    assert deliveries[0]["attempts"] == 4
    assert undelivered(world) == ["customer.created"]
    world.control("resend")
    world.shop.wait_for("customer.created")
    assert world.until(lambda: undelivered(world) == [])


def test_a_dropped_event_never_arrives_and_can_be_asked_for_by_type(world):
    world.fault("drop", COMPLETED, scope="webhook")

    session = world.paid()

    world.shop.wait_for("charge.updated")
    missed = world.stripe.events.list(
        {"delivery_success": False, "types": [COMPLETED, "charge.refunded"]}
    )
    assert [event.data.object.id for event in missed.data] == [session.id]
    assert COMPLETED not in world.shop.types


def test_the_undelivered_can_be_read_from_a_cursor(world):
    world.fault("drop", "customer.*", scope="webhook", times=3)
    for _ in range(3):
        world.stripe.customers.create({})
    world.until(lambda: len(undelivered(world)) == 3)
    oldest = world.stripe.events.list({"delivery_success": False}).data[-1]

    newer = world.stripe.events.list({"delivery_success": False, "ending_before": oldest.id})

    assert len(newer.data) == 2


def test_a_duplicate_arrives_twice_under_one_id(world):
    world.fault("duplicate", COMPLETED, scope="webhook")

    world.paid()

    world.shop.wait_for(COMPLETED, count=2)
    assert len({event["id"] for event in world.shop.events if event["type"] == COMPLETED}) == 1


def test_a_delayed_event_arrives_after_those_that_came_later(world):
    world.fault("delay", "payment_intent.succeeded", scope="webhook", seconds=0.5)

    world.paid()

    world.shop.wait_for("payment_intent.succeeded")
    types = world.shop.types
    assert types.index("payment_intent.succeeded") > types.index(COMPLETED)


@pytest.mark.parametrize("kind", ["bad_signature", "stale_timestamp"])
def test_a_forged_or_old_event_is_refused_and_the_true_one_follows(world, kind):
    world.fault(kind, "customer.created", scope="webhook")

    world.stripe.customers.create({})

    assert world.shop.wait_for_refusal()["type"] == "customer.created"
    world.shop.wait_for("customer.created")


def test_an_endpoint_hears_what_it_asked_for_under_its_own_secret(world):
    with Shop() as other:
        endpoint = world.stripe.webhook_endpoints.create(
            {"url": other.url, "enabled_events": ["charge.succeeded"]}
        )
        other.secret = endpoint.secret

        world.paid()

        other.wait_for("charge.succeeded")
        world.shop.wait_for("charge.updated")
        assert other.types == ["charge.succeeded"]
        assert endpoint.secret.startswith("whsec_")


def test_endpoints_are_changed_disabled_and_deleted(world):
    params = {"url": "http://127.0.0.1:9/hooks", "enabled_events": ["*"]}
    endpoint = world.stripe.webhook_endpoints.create(params)

    changed = world.stripe.webhook_endpoints.update(
        endpoint.id, {"disabled": True, "enabled_events": ["charge.succeeded"]}
    )
    listed = world.stripe.webhook_endpoints.list()
    world.stripe.webhook_endpoints.delete(endpoint.id)

    assert (changed.status, changed.enabled_events) == ("disabled", ["charge.succeeded"])
    assert [one.id for one in listed.data] == [endpoint.id]
    assert "secret" not in listed.data[0]
    assert world.stripe.webhook_endpoints.list().data == []


def test_an_endpoint_needs_a_real_address(world):
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.webhook_endpoints.create({"url": "nowhere", "enabled_events": ["*"]})


def test_a_platform_hears_of_its_connected_accounts_by_name(world):
    with Shop() as platform:
        params = {"url": platform.url, "enabled_events": ["customer.created"], "connect": True}
        platform.secret = world.stripe.webhook_endpoints.create(params).secret

        world.stripe.customers.create({})
        world.client(stripe_account="acct_venue").customers.create({})

        told = platform.wait_for("customer.created")
        assert told["account"] == "acct_venue"
        assert len(platform.events) == 1


def test_failures_are_told_too(world):
    session = world.session()

    world.press_pay(session.url, DECLINED)
    world.press_pay(session.url, ALWAYS_ASKS)

    world.shop.wait_for("charge.failed")
    world.shop.wait_for("payment_intent.payment_failed")
    world.shop.wait_for("payment_intent.requires_action")


def test_the_log_of_requests_shows_what_was_asked_and_answered(world):
    world.stripe.customers.create({"name": "Grace"})

    logged = requests.get(f"{world.url}/_sandbox/requests", timeout=5).json()["requests"][-1]

    assert (logged["method"], logged["path"]) == ("POST", "/v1/customers")
    assert logged["params"] == {"name": "Grace"}
    assert logged["body"]["name"] == "Grace"
