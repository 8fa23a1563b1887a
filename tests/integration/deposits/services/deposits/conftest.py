"""Odile asks new guests for a deposit; one is asked, one held, one far off, one claimed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from deposits.rules.visits import ContactWay
from deposits.services import (
    arrivals,
    deposits,
)
from tests import fakes
from tests.integration.deposits import depositing
from tests.integration.deposits.conftest import NOW, VISIT
from tests.integration.deposits.depositing import MINUTE, give_card

LATER = VISIT + timedelta(weeks=5)


def won(minor):
    return Money(minor, "KRW")


@pytest.fixture(autouse=True)
def book(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    return fakes.BOOK


@pytest.fixture
def policy(odile, sora):
    return depositing.decide(odile, sora, now=NOW)


@pytest.fixture
def asked(odile, sora, wish, policy):
    """Maeve is asked for ₩11,000 before Tuesday at two."""
    return deposits.book(venue=odile, wish=wish(), by=sora, now=NOW)


@pytest.fixture
def held(asked):
    """Maeve's ₩11,000 are held."""
    give_card(asked, now=NOW)
    asked.refresh_from_db()
    return asked


@pytest.fixture
def far(odile, sora, wish, policy):
    """Maeve has saved a card for a visit in five weeks."""
    booking = deposits.book(venue=odile, wish=wish(starts_at=LATER), by=sora, now=NOW)
    give_card(booking, now=NOW)
    booking.refresh_from_db()
    return booking


@pytest.fixture
def missed(held, sora):
    """Maeve did not come, and Sora has called her."""
    late = VISIT + 20 * MINUTE
    arrivals.note_contact(booking_id=held.id, way=ContactWay.PHONE, by=sora, now=late)
    arrivals.record_no_show(booking_id=held.id, by=sora, now=late)
    return held


def state_of(booking):
    return depositing.of(booking).state
