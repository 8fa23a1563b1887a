"""Both processors, for whatever the port promises."""

from __future__ import annotations

import pytest

from payments.gateway.specs import Credentials
from payments.gateway.stripe_gateway import StripeGateway
from payments.sandbox.server import SandboxServer
from tests import fakes
from tests.contract.gateway_world import KEY, InMemory, OnSandbox


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


@pytest.fixture
def gateway(sandbox, settings):
    settings.STRIPE_API_BASE = sandbox.url
    return StripeGateway(Credentials(api_key=KEY))
