"""Faults on demand: what the caller sees, and what was done nevertheless."""

from __future__ import annotations

import time

import pytest
import requests
import stripe

from tests.contract.sandbox_world import open_world, said


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def count(world):
    return len(world.stripe.customers.list().data)


def create(world, **options):
    client = world.client(**options)
    return client.customers.create({"name": "Grace"}, {"idempotency_key": "once"})


def test_an_error_before_the_work_leaves_nothing_and_may_be_repeated(world):
    world.fault("http_500_before", "POST /v1/customers")

    with pytest.raises(stripe.APIError):
        create(world)
    before = count(world)
    create(world)

    assert (before, count(world)) == (0, 1)


def test_an_error_after_the_work_is_replayed_though_the_work_is_done(world):
    world.fault("http_500_after_commit", "POST /v1/customers")

    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            create(world)

    assert caught.value.http_status == 500
    assert count(world) == 1


def test_a_time_out_after_the_work_is_healed_by_the_sdks_own_retry(world):
    world.fault("timeout_after_commit", "POST /v1/customers", seconds=0.1)

    customer = create(world, max_network_retries=2)

    assert customer.last_response.headers["Idempotent-Replayed"] == "true"
    assert count(world) == 1


def test_a_time_out_after_the_work_is_a_connection_error_to_the_impatient(world):
    world.fault("timeout_after_commit", "POST /v1/customers")

    with pytest.raises(stripe.APIConnectionError):
        create(world, http_client=stripe.RequestsClient(timeout=(1, 0.3)))

    assert count(world) == 1


def test_a_connection_dropped_before_the_work_leaves_nothing(world):
    world.fault("drop_before", "POST /v1/customers")

    with pytest.raises(stripe.APIConnectionError):
        create(world)

    assert count(world) == 0


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("rate_limit", 429, "rate_limit"),
        ("lock_timeout", 429, "lock_timeout"),
        ("idempotency_in_use", 409, "idempotency_key_in_use"),
    ],
)
def test_refusals_for_a_while_carry_stripes_codes(world, kind, status, code):
    world.fault(kind, "/v1/customers")

    with pytest.raises(stripe.StripeError) as caught:
        create(world)
    create(world)

    assert (caught.value.http_status, said(caught).code) == (status, code)
    assert count(world) == 1


def test_a_slow_answer_is_an_answer(world):
    world.fault("slow", "POST /v1/customers", seconds=0.3)
    begun = time.monotonic()

    create(world)

    assert time.monotonic() - begun >= 0.3


def test_a_fault_strikes_as_often_as_asked_and_only_where_it_fits(world):
    world.fault("http_500_before", "GET /v1/charges*", times=2)

    create(world)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            world.stripe.charges.list()

    assert world.stripe.charges.list().data == []


def test_faults_can_be_taken_back(world):
    world.fault("http_500_before")

    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)

    assert count(world) == 0


def test_a_fault_that_does_not_exist_is_refused(world):
    answer = requests.post(f"{world.url}/_sandbox/faults", json={"kind": "flood"}, timeout=5)

    assert answer.status_code == 400


def test_a_held_connection_does_not_hold_up_the_end():
    with open_world() as world:
        world.fault("timeout_after_commit", "POST /v1/customers", seconds=60)
        with pytest.raises(stripe.APIConnectionError):
            create(world, http_client=stripe.RequestsClient(timeout=(1, 0.1)))
        begun = time.monotonic()

    assert time.monotonic() - begun < 2
