"""The same key, the same answer: also for failures, never for other parameters."""

from __future__ import annotations

import threading

import pytest
import requests
import stripe

from tests.contract.sandbox_world import KEY, open_world


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def create(world, key="once", **params):
    return world.stripe.customers.create(params, {"idempotency_key": key})


def post(world, path, params, key):
    headers = {"Idempotency-Key": key}
    return requests.post(
        f"{world.url}/v1/{path}", data=params, auth=(KEY, ""), headers=headers, timeout=5
    )


def test_a_replay_does_nothing_and_says_what_it_is(world):
    first = create(world, name="Grace")

    again = create(world, name="Grace")

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.request_id == first.last_response.request_id
    assert len(world.stripe.customers.list().data) == 1


def test_other_parameters_under_the_same_key_are_refused(world):
    create(world, name="Grace")

    with pytest.raises(stripe.IdempotencyError) as caught:
        create(world, name="Ada")

    assert caught.value.http_status == 400


def test_keys_belong_to_an_account(world):
    first = create(world, name="Grace")

    other = world.client("sk_test_other").customers.create(
        {"name": "Ada"}, {"idempotency_key": "once"}
    )

    assert other.id != first.id


def test_a_refused_request_leaves_its_key_free(world):
    refused = post(world, "customers", {"nonsense": "1"}, "once")
    accepted = post(world, "customers", {"name": "Grace"}, "once")

    assert refused.status_code == 400
    assert accepted.status_code == 200


def test_a_decline_is_replayed_like_any_other_answer(world):
    params = {
        "amount": "500",
        "currency": "eur",
        "payment_method": "pm_card_chargeDeclined",
        "confirm": "true",
    }

    first = post(world, "payment_intents", params, "once")
    again = post(world, "payment_intents", params, "once")

    assert (first.status_code, again.status_code) == (402, 402)
    assert first.json() == again.json()
    assert len(world.stripe.charges.list().data) == 1


def test_a_key_is_forgotten_after_a_day(world):
    first = create(world, name="Grace")

    world.control("clock", advance=24 * 3600 + 1)

    assert create(world, name="Grace").id != first.id


def test_a_key_too_long_is_refused(world):
    with pytest.raises(stripe.IdempotencyError):
        create(world, key="k" * 256, name="Grace")


def test_the_same_key_at_the_same_time_is_a_conflict(world):
    world.fault("slow", "POST /v1/customers", seconds=0.6)
    slow = threading.Thread(target=lambda: create(world, name="Grace"))

    slow.start()
    world.until(lambda: not world.look("faults")["faults"])
    conflict = post(world, "customers", {"name": "Grace"}, "once")
    slow.join()
    later = post(world, "customers", {"name": "Grace"}, "once")

    assert conflict.status_code == 409
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert later.headers["Idempotent-Replayed"] == "true"
    assert len(world.stripe.customers.list().data) == 1
