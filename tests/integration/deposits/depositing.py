"""A deposit at Salon Odile, as tests need it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from config.kernel.money import Money
from deposits.models import Deposit
from deposits.rules.deposit_policy import Asks, Policy
from deposits.services import deposit_policies, deposits, following
from deposits.services.deposits import Signature
from orders.rules.roles import Role
from orders.services import acknowledgements
from payments.rules.hold_states import HoldWay
from payments.services import hold_steps, holds, reconciliation
from tests import fakes

SIGNED = Signature(
    address="203.0.113.7",
    user_agent="A phone",
    browser_digest="maeve",
    return_url="https://tab.example/held/{hold}/",
    back_url="https://tab.example/b/",
    locale="en",
)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def terms(currency="KRW", **changes):
    """A fifth of anything, half of it when cancelled late, a day to object."""
    zero = Money.zero(currency)
    words = {
        "asks": Asks.EVERYBODY,
        "above": zero,
        "percent": Decimal(20),
        "fixed": zero,
        "items": frozenset(),
        "late_share": Decimal(50),
        "no_show_share": Decimal(100),
        "objection_hours": 24,
    }
    return Policy(**(words | changes))


def decide(venue, by, *, now, **changes):
    return deposit_policies.decide(
        venue=venue, terms=terms(venue.currency, **changes), by=by, role=Role.OWNER, now=now
    )


def of(booking):
    return Deposit.objects.select_related("booking", "hold").get(booking=booking)


def give_card(booking, *, now, refusals=None):
    """The guest gives a card on Stripe's page and comes back."""
    hold = deposits.give_card(deposit_id=of(booking).id, signed=SIGNED, now=now)
    fakes.BOOK.clock = now
    if hold.way == HoldWay.LATER:
        fakes.BOOK.give_card(hold.session_id, refusals=refusals)
    else:
        fakes.BOOK.pay(hold.session_id, at=now)
    return deposits.came_back(hold_id=hold.id, now=now)


def pass_time(now):
    """Banks let go, and every sweep has its turn."""
    fakes.BOOK.clock = now
    fakes.BOOK.lapse(at=now)
    reconciliation.resolve_operations(now=now)
    hold_steps.sweep(now=now)
    following.sweep(now=now)
    hold_steps.sweep(now=now)
    following.sweep(now=now)


def release(deposit, *, now):
    return holds.release(hold_id=deposit.hold_id, now=now)


def sign(line, *, by, now):
    """What the line promises needs no yes this time."""
    acknowledgements.waive(
        tab_id=line.tab_id, line_id=line.id, by=by, reason="Knows it well", now=now
    )
