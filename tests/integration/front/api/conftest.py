"""Software that works at Larkspur, and some that does not."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from orders.models import Membership
from orders.services import api_keys
from tests.factories import EVENING


class Software:
    """A client with a key, which sends JSON and reads JSON."""

    def __init__(self, user, **headers):
        membership = Membership.objects.select_related("user", "venue").get(user=user)
        self.key, secret = api_keys.issue(membership=membership, name="Till", now=EVENING)
        self.client = Client(headers={"Authorization": f"Bearer {secret}"} | headers)

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, body=None, *, key=None):
        return self.send("post", path, body, key=key)

    def patch(self, path, body, *, key=None):
        return self.send("patch", path, body, key=key)

    def send(self, method, path, body, *, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        return getattr(self.client, method)(
            f"/api/v1/{path}",
            json.dumps({} if body is None else body),
            content_type="application/json",
            headers=headers,
        )


@pytest.fixture
def till(ada):
    """Larkspur's till, with Ada's key."""
    return Software(ada)


@pytest.fixture
def office(niamh):
    """The manager's own software."""
    return Software(niamh)


@pytest.fixture
def elsewhere(mallory):
    """Software of a place that has no business here."""
    return Software(mallory)
