"""Fifty people want the same time: one gets it, the others are told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from config.kernel.errors import DomainError
from deposits.models import Booking
from deposits.services import bookings
from deposits.services.bookings import Guest
from deposits.services.placing import TimeTaken
from tests.integration.deposits.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 50


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
