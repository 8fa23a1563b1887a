"""Other software that speaks to the API with a key."""

from __future__ import annotations

import json

from django.test import Client

from orders.models import Membership
from orders.services import api_keys
from tests.factories import EVENING


class Software:
    """A client with a member's key, which sends JSON and reads JSON."""

    def __init__(self, user):
        membership = Membership.objects.select_related("user", "venue").get(user=user)
        self.key, self.secret = api_keys.issue(membership=membership, name="Till", now=EVENING)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, body=None, *, key=None):
        return self.send("post", path, body, key=key)

    def patch(self, path, body, *, key=None):
        return self.send("patch", path, body, key=key)

    def put(self, path, body, *, key=None):
        return self.send("put", path, body, key=key)

    def send(self, method, path, body=None, *, key=None):
        raw = json.dumps({} if body is None else body)
        return self.send_raw(method, path, raw, key=key)

    def send_raw(self, method, path, raw, *, key=None, content_type="application/json"):
        headers = {"Idempotency-Key": key} if key else {}
        call = getattr(self.client, method)
        return call(f"/api/v1/{path}", raw, content_type=content_type, headers=headers)
