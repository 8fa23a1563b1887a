"""What a venue asks of guests who book, and what that means for one of them. Reads only."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from config.kernel.money import Money
from deposits.models import Booking, DepositPolicy
from deposits.rules.booking_states import BookingState
from deposits.rules.deposit_policy import Asks, Policy, Visit, asked
from orders.models import CatalogueItem, Customer, Tab, Venue
from orders.rules import terms
from orders.rules.tab_states import TabStatus
from orders.rules.terms import VenueKind

# Decision 20: a salon asks new guests for a fifth of anything above sixty euro.
SALON_ABOVE: Final = 60
SALON_PERCENT: Final = Decimal(20)
HALF: Final = Decimal(50)
ALL: Final = Decimal(100)
A_DAY: Final = 24


def current(venue: Venue) -> DepositPolicy | None:
    """The version that new bookings are made under; None where nothing was ever decided."""
    return DepositPolicy.objects.filter(venue=venue).newest_first().first()


def preset(venue: Venue) -> Policy:
    """What is proposed to a venue of this kind before it decides."""
    is_salon = venue.kind == VenueKind.SALON
    zero = Money.zero(venue.currency)
    return Policy(
        asks=Asks.NEW_GUESTS if is_salon else Asks.NOBODY,
        above=terms.limit_in(SALON_ABOVE, venue.currency) if is_salon else zero,
        percent=SALON_PERCENT,
        fixed=zero,
        items=frozenset(),
        late_share=HALF,
        no_show_share=ALL,
        objection_hours=A_DAY,
    )


def would_ask(*, venue: Venue, item: CatalogueItem, customer: Customer | None) -> Money | None:
    """What this guest would be asked for when booking this service; None: nothing."""
    policy = current(venue)
    return None if policy is None else asked(policy.terms, visit_of(item, item.price, customer))


def visit_of(item: CatalogueItem, price: Money, customer: Customer | None) -> Visit:
    """A visit as the policy reads it. Whoever is not on file has no history."""
    settled = missed = 0
    if customer is not None:
        settled = Tab.objects.filter(customer=customer, status=TabStatus.SETTLED).count()
        missed = Booking.objects.filter(customer=customer, state=BookingState.NO_SHOW).count()
    return Visit(item_id=item.id, price=price, settled=settled, missed=missed)
