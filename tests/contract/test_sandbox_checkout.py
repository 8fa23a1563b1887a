"""Checkout Sessions: opened, paid, listed, expired."""

from __future__ import annotations

import time

import pytest
import requests
import stripe

from tests.contract.sandbox_world import CANCEL, DECLINED, GOOD, SUCCESS, open_world


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def test_a_session_opens_with_a_page_and_without_a_payment(world):
    session = world.session(metadata={"tab": "7"}, client_reference_id="attempt-7")

    assert session.status == "open"
    assert session.payment_status == "unpaid"
    assert session.payment_intent is None
    assert session.amount_total == 1250
    assert session.metadata.to_dict() == {"tab": "7"}
    assert session.url == f"{world.url}/c/pay/{session.id}"
    assert session.expires_at - session.created == 24 * 3600


def test_paying_on_the_page_leads_back_to_the_shop_and_leaves_a_charge(world):
    session = world.session(payment_intent_data={"metadata": {"op": "1"}})

    answer = world.press_pay(session.url)

    paid = world.fetch(session.id)
    charge = paid.payment_intent.latest_charge
    assert answer.status_code == 303
    assert answer.headers["Location"] == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "grace@example.org"
    assert paid.payment_intent.status == "succeeded"
    assert paid.payment_intent.amount_received == 1250
    assert paid.payment_intent.metadata.to_dict() == {"op": "1"}
    assert charge.metadata.to_dict() == {"op": "1"}
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.payment_method_details.card.brand == "visa"
    assert charge.balance_transaction is None


def test_a_declined_card_keeps_the_page_open_and_says_why(world):
    session = world.session()

    declined = world.press_pay(session.url, DECLINED)
    still_open = world.fetch(session.id)
    good = world.press_pay(session.url, GOOD)

    assert declined.status_code == 200
    assert "Your card was declined." in declined.text
    assert still_open.status == "open"
    assert still_open.payment_intent.last_payment_error.decline_code == "generic_decline"
    assert good.status_code == 303
    assert world.fetch(session.id).payment_intent.id == still_open.payment_intent.id


def test_an_expired_session_cannot_be_paid(world):
    session = world.session()

    expired = world.stripe.checkout.sessions.expire(session.id)

    assert (expired.status, expired.url) == ("expired", None)
    assert world.press_pay(session.url).status_code == 410
    assert CANCEL in requests.get(session.url, timeout=5).text
    assert world.stripe.payment_intents.list().data == []


def test_only_an_open_session_can_be_expired(world):
    session = world.paid()

    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        world.stripe.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself_on_the_sandbox_clock(world):
    session = world.session(expires_at=int(time.time()) + 31 * 60)

    world.control("clock", advance=32 * 60)

    assert world.stripe.checkout.sessions.retrieve(session.id).status == "expired"
    assert world.shop.wait_for("checkout.session.expired")["data"]["object"]["id"] == session.id


def test_expiring_ends_a_payment_that_was_declined(world):
    session = world.session()
    world.press_pay(session.url, DECLINED)

    world.stripe.checkout.sessions.expire(session.id)

    assert world.fetch(session.id).payment_intent.status == "canceled"


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_an_end_too_near_or_too_far_is_refused(world, minutes):
    with pytest.raises(stripe.InvalidRequestError, match="expires_at") as caught:
        world.session(expires_at=int(time.time()) + minutes * 60)

    assert caught.value.param == "expires_at"


def test_a_session_can_be_opened_in_real_time_after_the_sandbox_clock_was_moved(world):
    world.control("clock", advance=8 * 86_400)

    session = world.session(expires_at=int(time.time()) + 31 * 60)

    assert session.status == "open"
    assert world.press_pay(session.url).status_code == 303


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (10**8, "eur", "amount_too_large"),
    ],
)
def test_amounts_beyond_stripes_limits_are_refused(world, amount, currency, code):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        world.session(amount=amount, currency=currency)

    assert caught.value.code == code


@pytest.mark.parametrize(("amount", "currency"), [(3501, "kwd"), (15050, "isk")])
def test_amounts_between_two_steps_are_refused(world, amount, currency):
    with pytest.raises(stripe.InvalidRequestError, match="multiple of"):
        world.session(amount=amount, currency=currency)


def test_the_lines_can_be_listed_and_expanded(world):
    session = world.session()

    listed = world.stripe.checkout.sessions.line_items.list(session.id)
    expanded = world.stripe.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    assert [line.amount_total for line in listed.data] == [1250]
    assert expanded.line_items.data[0].description == "Tab at the Blue Door"


def test_sessions_are_listed_newest_first_with_their_payments(world):
    first = world.session()
    second = world.paid()

    listed = world.stripe.checkout.sessions.list({"expand": ["data.payment_intent"]})

    assert [session.id for session in listed.data] == [second.id, first.id]
    assert listed.data[0].payment_intent.status == "succeeded"


def test_a_card_is_kept_when_the_session_says_so(world):
    customer = world.stripe.customers.create({"email": "grace@example.org"})
    session = world.session(
        customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"}
    )

    page = requests.get(session.url, timeout=5).text
    world.press_pay(session.url)

    kept = world.stripe.customers.payment_methods.list(customer.id)
    assert "will be saved" in page
    assert 'value="grace@example.org"' in page
    assert [method.card.last4 for method in kept.data] == ["4242"]


def test_a_setup_session_keeps_a_card_without_a_payment(world):
    customer = world.stripe.customers.create({"email": "grace@example.org"})
    session = world.stripe.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer": customer.id, "success_url": SUCCESS}
    )

    asked = world.press_pay(session.url, "4000002500003155")
    world.press_bank(world.url + asked.headers["Location"])

    done = world.stripe.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.setup_intent.status == "succeeded"
    assert len(world.stripe.customers.payment_methods.list(customer.id).data) == 1


def test_a_manual_session_holds_the_money(world):
    session = world.paid(payment_intent_data={"capture_method": "manual"})

    intent = session.payment_intent
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1250)
    card = intent.latest_charge.payment_method_details.card
    assert card.capture_before - intent.latest_charge.created == 7 * 86_400
