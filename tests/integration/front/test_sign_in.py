"""Only people whom a manager added come in, and they stay signed in while they work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from config.front.web.sessions import RENEWED
from config.kernel import clock

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return get_user_model().objects.create_user(email="ada@example.org", password=PASSWORD)


def test_nobody_signs_up(client):
    before = get_user_model().objects.count()

    client.post(
        "/accounts/signup/", {"email": "mallory@example.org", "password1": "a long enough one"}
    )

    assert get_user_model().objects.count() == before


def test_a_session_slides_when_it_is_used(client, ada):
    client.force_login(ada)
    an_hour_ago = clock.now() - timedelta(hours=1)
    _set_renewed(client, an_hour_ago)
    before = Session.objects.get().expire_date

    client.get("/healthz")

    assert Session.objects.get().expire_date > before
    assert client.session[RENEWED] > an_hour_ago.isoformat()


def test_a_session_just_renewed_costs_no_write(client, ada, django_assert_num_queries):
    client.force_login(ada)
    client.get("/healthz")

    with django_assert_num_queries(2):  # The session and the person.
        client.get("/healthz")


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client, ada):
    client.force_login(ada)
    _set_renewed(client, clock.now() - timedelta(hours=1))
    before = Session.objects.get().expire_date

    client.get("/healthz?v=7")

    assert Session.objects.get().expire_date == before


def _set_renewed(client, when):
    session = client.session
    session[RENEWED] = when.isoformat()
    session.save()
