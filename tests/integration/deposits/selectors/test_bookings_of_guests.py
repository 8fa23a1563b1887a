"""What a guest has booked stays theirs when two entries on file turn out to be one."""

from __future__ import annotations

from deposits.selectors import bookings
from orders.models import Customer
from orders.rules.roles import Role
from orders.services import customer_merges
from tests.conftest import EVENING


def test_a_booking_follows_its_guest_into_the_entry_that_is_kept(odile, sora, booking):
    kept = Customer.objects.create(venue=odile, name="Kept", created_at=EVENING)

    customer_merges.merge(
        venue=odile,
        kept_id=kept.id,
        gone_id=booking.customer_id,
        by=sora,
        role=Role.OWNER,
        now=EVENING,
    )

    (found,) = bookings.list_of_customer(customer=kept)
    assert (found.id, found.guest) == (booking.id, kept)
