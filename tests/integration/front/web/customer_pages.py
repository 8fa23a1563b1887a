"""Guests put on file, and what their pages say."""

from __future__ import annotations

import re
from datetime import timedelta

from orders.models import Customer
from tests.conftest import EVENING

CUSTOMERS = "/v/larkspur-coffee/customers/"
SOON = EVENING + timedelta(minutes=5)


def put_on_file(venue, name="", email="", phone="", **more):
    return Customer.objects.create(
        venue=venue, name=name, email=email, phone=phone, created_at=EVENING, **more
    )


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
