"""What the sandbox refuses, and in which words."""

from __future__ import annotations

import pytest
import requests
import stripe

from tests.contract.sandbox_world import KEY, open_world


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


HOLD = {"amount": 5000, "currency": "eur"}


def refusal(world, params, path="payment_intents"):
    answer = requests.post(f"{world.url}/v1/{path}", data=params, auth=(KEY, ""), timeout=5)
    return answer.status_code, answer.json().get("error", {})


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"ammount": "1"}, "parameter_unknown", "ammount"),
        ({"shipping[nmae]": "x", "shipping[name]": "y"}, "parameter_unknown", "shipping[nmae]"),
        (
            {"payment_method_types[0]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"amount": "50.00"}, "parameter_invalid_integer", "amount"),
        ({"capture_method": "sometimes"}, None, "capture_method"),
        ({"confirm": "perhaps"}, None, "confirm"),
    ],
)
def test_a_parameter_the_sdk_does_not_know_is_refused_by_name(world, params, code, param):
    status, error = refusal(world, HOLD | params)

    assert status == 400
    assert error["type"] == "invalid_request_error"
    assert (error.get("code"), error["param"]) == (code, param)


def test_a_missing_parameter_is_named(world):
    status, error = refusal(world, {"amount": "5000"})

    assert (status, error["code"], error["param"]) == (400, "parameter_missing", "currency")


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"line_items[0][quantty]": "1"}, "line_items[0][quantty]"),
        ({"ui_mode": "hosted"}, "ui_mode"),
        ({"payment_method_types[]": "card"}, "payment_method_types"),
        ({"locale": "tlh"}, "locale"),
        ({"mode": "payment", "success_url": "nowhere"}, "success_url"),
    ],
)
def test_a_session_of_old_or_wrong_parameters_is_refused(world, params, param):
    status, error = refusal(world, params, "checkout/sessions")

    assert (status, error["param"].startswith(param)) == (400, True)


def test_numbers_as_keys_of_metadata_stay_keys(world):
    customer = world.stripe.customers.create({"metadata": {"0": "a", "1": "b"}})

    assert customer.metadata.to_dict() == {"0": "a", "1": "b"}


def test_metadata_is_merged_and_emptied(world):
    customer = world.stripe.customers.create({"metadata": {"a": "1", "b": "2"}})

    less = world.stripe.customers.update(customer.id, {"metadata": {"a": ""}})
    none = world.stripe.customers.update(customer.id, {"metadata": ""})

    assert less.metadata.to_dict() == {"b": "2"}
    assert none.metadata.to_dict() == {}


@pytest.mark.parametrize("key", ["sk_live_abc", "pk_test_abc", "nonsense"])
def test_only_test_keys_open_the_door(world, key):
    with pytest.raises(stripe.AuthenticationError):
        world.client(key).customers.list()


def test_a_request_without_a_key_is_refused(world):
    answer = requests.get(f"{world.url}/v1/customers", timeout=5)

    assert answer.status_code == 401


def test_restricted_keys_and_accounts_see_only_their_own(world):
    customer = world.stripe.customers.create({"email": "grace@example.org"})

    with pytest.raises(stripe.InvalidRequestError) as elsewhere:
        world.client("rk_test_other").customers.retrieve(customer.id)
    with pytest.raises(stripe.InvalidRequestError) as connected:
        world.client(stripe_account="acct_venue").customers.retrieve(customer.id)

    assert elsewhere.value.http_status == 404
    assert connected.value.code == "resource_missing"


def test_the_account_tells_its_name(world):
    mine = world.stripe.accounts.retrieve_current()
    venue = world.client(stripe_account="acct_venue").accounts.retrieve_current()

    assert mine.id.startswith("acct_")
    assert mine.charges_enabled
    assert venue.id == "acct_venue"


def test_another_api_version_is_refused(world):
    answer = requests.get(
        f"{world.url}/v1/customers",
        auth=(KEY, ""),
        headers={"Stripe-Version": "2020-08-27"},
        timeout=5,
    )

    assert answer.status_code == 400
    assert stripe.api_version in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/subscriptions", "/v2/core/events", "/v1/customers/a/b/c"])
def test_what_is_not_here_is_said_not_to_be(world, path):
    answer = requests.get(world.url + path, auth=(KEY, ""), timeout=5)

    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_lists_have_pages_and_cursors_both_ways(world):
    names = [world.stripe.customers.create({"name": f"{n}"}).id for n in range(5)]
    newest_first = names[::-1]

    first = world.stripe.customers.list({"limit": 2})
    after = world.stripe.customers.list({"limit": 2, "starting_after": first.data[-1].id})
    before = world.stripe.customers.list({"limit": 2, "ending_before": after.data[-1].id})
    every = [one.id for one in world.stripe.customers.list({"limit": 2}).auto_paging_iter()]

    assert [one.id for one in first.data] == newest_first[:2]
    assert first.has_more
    assert [one.id for one in after.data] == newest_first[2:4]
    assert [one.id for one in before.data] == newest_first[1:3]
    assert every == newest_first


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_no"}])
def test_a_page_that_makes_no_sense_is_refused(world, params):
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.customers.list(params)


def test_lists_can_be_filtered_by_time_and_email(world):
    world.stripe.customers.create({"email": "ada@example.org"})
    world.control("clock", advance=100)
    grace = world.stripe.customers.create({"email": "grace@example.org"})

    by_time = world.stripe.customers.list({"created": {"gte": grace.created}})
    by_email = world.stripe.customers.list({"email": "grace@example.org"})

    assert [one.id for one in by_time.data] == [grace.id]
    assert [one.id for one in by_email.data] == [grace.id]


def test_only_references_can_be_expanded(world):
    session = world.paid()

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        world.stripe.checkout.sessions.retrieve(session.id, {"expand": ["success_url"]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        world.stripe.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.nonsense"]})


def test_a_deleted_customer_says_no_more_than_that(world):
    customer = world.stripe.customers.create({"email": "grace@example.org"})

    deleted = world.stripe.customers.delete(customer.id)

    assert deleted.deleted
    assert world.stripe.customers.retrieve(customer.id).deleted
    assert world.stripe.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.customers.update(customer.id, {"name": "x"})


def test_each_answer_has_a_request_id(world):
    first, second = (world.stripe.customers.list().last_response.request_id for _ in range(2))

    assert first.startswith("req_")
    assert first != second
