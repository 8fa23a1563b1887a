"""Fifty people want the same time: one gets it, the others are told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from config.kernel import clock
from config.kernel.errors import DomainError
from deposits.models import Booking
from deposits.services import bookings
from deposits.services.bookings import Guest
from deposits.services.placing import TimeTaken
from tests.integration.deposits.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 50
SEE_OTHER, CONFLICT = 303, 409


def test_one_of_fifty_gets_the_time(odile, sora, wish):
    start = threading.Barrier(CROWD)

    def book(number):
        guest = Guest(name=f"Guest {number}", email=f"guest{number}@example.org")
        try:
            start.wait()
            return bookings.book(venue=odile, wish=wish(guest=guest), by=sora, now=NOW)
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        outcomes = list(pool.map(book, range(CROWD)))

    assert sum(isinstance(each, Booking) for each in outcomes) == 1
    assert sum(isinstance(each, TimeTaken) for each in outcomes) == CROWD - 1
    assert Booking.objects.count() == 1


def test_one_of_fifty_guests_gets_the_time_and_the_others_are_shown_what_is_free(
    odile, public, wish, treatment, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()
    at = f"{wish().starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    start = threading.Barrier(CROWD)

    def book(number):
        typed = {
            "at": at,
            "request_key": f"form-{number}",
            "shown": treatment.promise.digest,
            "name": f"Guest {number}",
            "email": f"guest{number}@example.org",
            "agreed": "on",
        }
        try:
            start.wait()
            return Client().post(f"/book/{odile.slug}/{treatment.id}/visit/", typed)
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(book, range(CROWD)))

    refused = [each for each in answers if each.status_code == CONFLICT]
    assert sum(each.status_code == SEE_OTHER for each in answers) == 1
    assert len(refused) == CROWD - 1
    assert all("That time is gone" in each.content.decode() for each in refused)
    assert Booking.objects.count() == 1
