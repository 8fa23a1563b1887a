"""The front door leads people to where they work."""

from __future__ import annotations

import pytest

from orders.rules.roles import Role
from orders.services import memberships
from tests.conftest import EVENING
from tests.staff import browser_of

pytestmark = pytest.mark.django_db


def test_strangers_are_asked_to_sign_in(client):
    answer = client.get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")


def test_one_place_is_no_choice(ada):
    answer = browser_of(ada).get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/v/larkspur-coffee/")


def test_several_places_are_a_choice(ada, odile):
    memberships.join(user=ada, venue=odile, role=Role.MANAGER, now=EVENING)

    page = browser_of(ada).get("/").content.decode()

    assert 'href="/v/larkspur-coffee/"' in page
    assert 'href="/v/salon-odile/"' in page


def test_somebody_who_works_nowhere_is_told_so_kindly(stranger):
    answer = browser_of(stranger).get("/")

    assert answer.status_code == 200
    assert "You don’t work anywhere yet" in answer.content.decode()
