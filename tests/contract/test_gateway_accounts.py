"""Whose account a key opens, what it may do, and where events go: the same on both processors."""

from __future__ import annotations

import json
import urllib.request

import pytest

from payments.gateway.errors import CredentialsInvalid, NotFound
from payments.gateway.specs import Credentials
from payments.gateway.stripe_gateway import StripeGateway
from tests import fakes
from tests.contract.gateway_world import new_key, spec

HOOK = "https://tab.example/hooks/stripe/1/"


def switch(sandbox, **wish):
    body = json.dumps(wish).encode()
    urllib.request.urlopen(urllib.request.Request(f"{sandbox.url}/_sandbox/key", data=body))


def of_key(processor, api_key):
    return type(processor.gateway)(Credentials(api_key=api_key))


def take_away(processor, request, api_key, lacks):
    if isinstance(processor.gateway, fakes.FakeGateway):
        if lacks == ["*"]:
            fakes.BOOK.revoked.add(api_key)
        else:
            fakes.BOOK.missing[api_key] = ("Refunds",)
    else:
        switch(request.getfixturevalue("sandbox"), key=api_key, lacks=lacks)


def test_a_key_opens_its_account(processor):
    found = of_key(processor, "rk_test_good").check_account()

    assert found.account_id.startswith("acct_")
    assert (found.takes_payments, found.missing) == (True, ())


def test_two_keys_open_two_accounts(processor):
    one, other = (of_key(processor, key).check_account() for key in ("rk_test_one", "rk_test_two"))

    assert one.account_id != other.account_id


def test_what_a_key_may_not_do_is_named_as_in_the_dashboard(processor, request):
    take_away(processor, request, "rk_test_less", ["refunds"])

    assert of_key(processor, "rk_test_less").check_account().missing == ("Refunds",)


def test_a_revoked_key_opens_nothing(processor, request):
    take_away(processor, request, "rk_test_gone", ["*"])
    gateway = of_key(processor, "rk_test_gone")

    with pytest.raises(CredentialsInvalid):
        gateway.check_account()
    with pytest.raises(CredentialsInvalid):
        gateway.open_payment_checkout(spec(), key=new_key())


def test_an_endpoint_has_a_secret_and_is_made_once_for_a_key(processor):
    key = new_key()

    first = processor.gateway.open_webhook(HOOK, key=key)
    again = processor.gateway.open_webhook(HOOK, key=key)

    assert first.secret.startswith("whsec_")
    assert (again.endpoint_id, again.secret) == (first.endpoint_id, first.secret)
    assert first.secret not in repr(first)


def test_a_closed_endpoint_may_be_closed_again(processor):
    endpoint = processor.gateway.open_webhook(HOOK, key=new_key())

    processor.gateway.close_webhook(endpoint.endpoint_id)
    processor.gateway.close_webhook(endpoint.endpoint_id)


def test_a_page_of_one_account_is_unknown_to_another(sandbox, settings):
    settings.STRIPE_API_BASE = sandbox.url
    own = StripeGateway(Credentials(api_key="rk_test_own_place"))
    other = StripeGateway(Credentials(api_key="rk_test_other_place"))
    platform = StripeGateway(
        Credentials(api_key="sk_test_platform", stripe_account=own.check_account().account_id)
    )

    page = own.open_payment_checkout(spec(), key=new_key())

    assert platform.get_checkout(page.session_id).session_id == page.session_id
    with pytest.raises(NotFound):
        other.get_checkout(page.session_id)
