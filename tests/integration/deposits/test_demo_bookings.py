"""Demo bookings are made once, at the demo places only."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from deposits.models import Booking
from orders.models import Message
from orders.rules.messages import MessageState


@pytest.mark.django_db
def test_the_demo_places_have_bookings_and_none_of_their_mails_leaves(tmp_path):
    call_command("seed_demo", "--quiet", out=tmp_path / "demo.json")

    call_command("seed_demo_bookings")
    call_command("seed_demo_bookings")

    assert Booking.objects.filter(venue__slug="odile").count() == 11
    assert Booking.objects.filter(venue__slug="northfold").count() == 3
    assert not Message.objects.exclude(state=MessageState.SENT).exists()


def test_other_places_get_none(odile):
    call_command("seed_demo_bookings")

    assert not Booking.objects.exists()
