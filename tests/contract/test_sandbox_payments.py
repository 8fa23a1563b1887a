"""Payments by API: charged at once, held, let go, charged without the customer."""

from __future__ import annotations

import pytest
import requests
import stripe

from tests.contract.sandbox_world import open_world, said


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


@pytest.fixture
def grace(world):
    return world.stripe.customers.create({"email": "grace@example.org"})


def pay(world, card="pm_card_visa", **more):
    params = {"amount": 5000, "currency": "eur", "payment_method": card, "confirm": True}
    return world.stripe.payment_intents.create(params | more)


def kept(world, grace, alias="pm_card_visa"):
    return world.stripe.payment_methods.attach(alias, {"customer": grace.id}).id


def test_an_intent_waits_for_a_card_and_takes_one_later(world):
    intent = world.stripe.payment_intents.create({"amount": 5000, "currency": "EUR"})

    confirmed = world.stripe.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert (intent.status, intent.currency) == ("requires_payment_method", "eur")
    assert (confirmed.status, confirmed.amount_received) == ("succeeded", 5000)


def test_an_intent_is_changed_while_it_is_open(world):
    intent = world.stripe.payment_intents.create({"amount": 5000, "currency": "eur"})

    changed = world.stripe.payment_intents.update(
        intent.id, {"amount": 6000, "payment_method": "pm_card_visa", "description": "Tab 7"}
    )

    assert (changed.amount, changed.description) == (6000, "Tab 7")
    assert changed.status == "requires_confirmation"
    assert world.stripe.payment_intents.confirm(intent.id).amount_received == 6000


def test_a_declined_charge_raises_with_the_payment_inside(world):
    with pytest.raises(stripe.CardError) as caught:
        pay(world, "pm_card_chargeDeclinedInsufficientFunds")

    error = said(caught)
    assert caught.value.http_status == 402
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
    intent = world.stripe.payment_intents.retrieve(error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert world.stripe.charges.retrieve(intent.latest_charge).status == "failed"


def test_a_hold_is_captured_in_part_and_the_rest_let_go(world):
    intent = pay(world, capture_method="manual")

    captured = world.stripe.payment_intents.capture(intent.id, {"amount_to_capture": 2000})

    charge = world.stripe.charges.retrieve(captured.latest_charge)
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 5000)
    assert (captured.status, captured.amount_received) == ("succeeded", 2000)
    assert (charge.amount_captured, charge.captured, charge.amount_refunded) == (2000, True, 0)
    assert world.stripe.refunds.list().data == []


def test_more_than_the_hold_cannot_be_captured_nor_anything_twice(world):
    intent = pay(world, capture_method="manual")

    with pytest.raises(stripe.InvalidRequestError) as too_much:
        world.stripe.payment_intents.capture(intent.id, {"amount_to_capture": 5001})
    world.stripe.payment_intents.capture(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as twice:
        world.stripe.payment_intents.capture(intent.id)

    assert too_much.value.code == "amount_too_large"
    assert twice.value.code == "payment_intent_unexpected_state"
    assert said(twice).payment_intent.status == "succeeded"


def test_a_released_hold_leaves_no_refund(world):
    intent = pay(world, capture_method="manual")

    ended = world.stripe.payment_intents.cancel(
        intent.id, {"cancellation_reason": "requested_by_customer"}
    )

    assert (ended.status, ended.amount_capturable) == ("canceled", 0)
    assert ended.cancellation_reason == "requested_by_customer"
    assert world.stripe.refunds.list().data == []


def test_a_paid_intent_cannot_be_canceled(world):
    intent = pay(world)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        world.stripe.payment_intents.cancel(intent.id)

    assert caught.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("alias", "off_session", "seconds"),
    [
        ("pm_card_visa", True, 4 * 86_400 + 18 * 3_600),
        ("pm_card_visa", False, 7 * 86_400),
        ("pm_card_mastercard", True, 7 * 86_400),
    ],
)
def test_a_hold_ends_by_itself_when_its_bank_says(world, grace, alias, off_session, seconds):
    card = kept(world, grace, alias)
    more = {"off_session": True} if off_session else {}
    intent = pay(world, card, customer=grace.id, capture_method="manual", **more)
    charge = world.stripe.charges.retrieve(intent.latest_charge)

    world.control("clock", advance=seconds + 60)

    before = charge.payment_method_details.card.capture_before
    ended = world.stripe.payment_intents.retrieve(intent.id)
    assert before - charge.created == seconds
    assert (ended.status, ended.cancellation_reason) == ("canceled", "expired")
    assert world.shop.wait_for("charge.expired")
    assert world.shop.wait_for("payment_intent.canceled")


def test_a_captured_hold_does_not_expire(world):
    intent = pay(world, capture_method="manual")
    world.stripe.payment_intents.capture(intent.id)

    world.control("clock", advance=8 * 86_400)

    assert world.stripe.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_kept_card_is_charged_without_the_customer(world, grace):
    intent = pay(world, kept(world, grace), customer=grace.id, off_session=True)

    assert intent.status == "succeeded"


def test_a_bank_that_asks_cannot_be_answered_without_the_customer(world, grace):
    card = kept(world, grace, "pm_card_authenticationRequired")

    with pytest.raises(stripe.CardError) as caught:
        pay(world, card, customer=grace.id, off_session=True)

    assert caught.value.code == "authentication_required"
    assert said(caught).payment_intent.status == "requires_payment_method"


def test_a_card_set_up_with_its_bank_is_not_asked_again(world, grace):
    setup = world.stripe.setup_intents.create(
        {
            "customer": grace.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": "http://127.0.0.1:9/kept",
        }
    )

    answer = world.press_bank(setup.next_action.redirect_to_url.url)

    done = world.stripe.setup_intents.retrieve(setup.id)
    assert setup.status == "requires_action"
    assert answer.headers["Location"].startswith("http://127.0.0.1:9/kept?setup_intent=")
    assert done.status == "succeeded"
    charged = pay(world, done.payment_method, customer=grace.id, off_session=True)
    assert charged.status == "succeeded"


def test_a_payment_by_api_may_send_the_customer_to_the_bank(world):
    intent = pay(world, "pm_card_authenticationRequired", return_url="http://127.0.0.1:9/paid")

    page = requests.get(intent.next_action.redirect_to_url.url, timeout=5)
    answer = world.press_bank(intent.next_action.redirect_to_url.url)

    assert "is this you?" in page.text
    assert "redirect_status=succeeded" in answer.headers["Location"]
    assert world.stripe.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_card_that_declines_can_not_be_kept_but_one_may_decline_later(world, grace):
    with pytest.raises(stripe.CardError):
        kept(world, grace, "pm_card_chargeDeclined")
    card = kept(world, grace, "pm_card_chargeCustomerFail")

    with pytest.raises(stripe.CardError):
        pay(world, card, customer=grace.id, off_session=True)


def test_a_setup_that_fails_says_so(world, grace):
    params = {"customer": grace.id, "payment_method": "pm_card_chargeDeclined", "confirm": True}

    with pytest.raises(stripe.CardError) as caught:
        world.stripe.setup_intents.create(params)

    assert said(caught).setup_intent.status == "requires_payment_method"
    assert world.shop.wait_for("setup_intent.setup_failed")


def test_a_setup_is_canceled_once(world):
    setup = world.stripe.setup_intents.create({})

    canceled = world.stripe.setup_intents.cancel(setup.id)

    assert canceled.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.setup_intents.cancel(setup.id)


def test_nobody_elses_card_can_be_charged(world, grace):
    card = kept(world, grace)
    ada = world.stripe.customers.create({"email": "ada@example.org"})

    with pytest.raises(stripe.InvalidRequestError, match="different Customer"):
        pay(world, card, customer=ada.id)
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.payment_methods.attach(card, {"customer": ada.id})


def test_a_detached_card_is_gone_for_good(world, grace):
    card = kept(world, grace)

    detached = world.stripe.payment_methods.detach(card)

    assert detached.customer is None
    assert world.shop.wait_for("payment_method.detached")
    with pytest.raises(stripe.InvalidRequestError):
        pay(world, card, customer=grace.id)
    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.payment_methods.attach(card, {"customer": grace.id})


def test_a_payment_of_a_page_is_ended_through_its_page(world):
    session = world.session()
    world.press_pay(session.url, "4000000000000002")
    intent = world.fetch(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError):
        world.stripe.payment_intents.cancel(intent.id)


def test_an_amount_below_the_minimum_is_refused(world):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        pay(world, amount=10)

    assert caught.value.code == "amount_too_small"


def test_payments_and_charges_are_found_by_customer_and_payment(world, grace):
    mine = pay(world, kept(world, grace), customer=grace.id)
    pay(world)

    intents = world.stripe.payment_intents.list({"customer": grace.id})
    charges = world.stripe.charges.list({"payment_intent": mine.id})

    assert [one.id for one in intents.data] == [mine.id]
    assert [one.id for one in charges.data] == [mine.latest_charge]
