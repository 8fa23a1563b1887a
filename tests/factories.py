"""One plain function per thing that tests need more than one of. No surprises, no randomness."""

from __future__ import annotations

from datetime import UTC, datetime

from config.kernel.money import Money
from orders.models import Message, User
from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.services import catalogue, lines, memberships, messages, tabs, venues
from orders.services.catalogue import ItemDetails, NewChoice
from orders.services.lines import NewLine
from payments.rules.accounts import CounterMethod
from payments.rules.allocation import Choice, PayMode
from payments.services import checkout, counter, refunds, snapshots
from payments.services.checkout import Wish
from payments.services.counter import Taken
from payments.services.refunds import RefundWish
from tests import fakes

EVENING = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)


def make_user(name, *, venue=None, role=Role.STAFF):
    user = User.objects.create_user(f"{name.lower()}@example.org", "enjoy now", name=name)
    if venue is not None:
        memberships.join(user=user, venue=venue, role=role, now=EVENING)
    return user


def make_venue(name, *, currency="EUR", kind=VenueKind.CAFE, zone="Europe/Dublin", **details):
    return venues.open_venue(
        name=name,
        slug=name.lower().replace(" ", "-"),
        kind=kind,
        currency=currency,
        time_zone=zone,
        now=EVENING,
        **details,
    )


def make_item(venue, name, minor, *, section="Menu", tax=None, groups=(), **texts):
    """Texts are those of a service: duration_minutes, expected_result, limits."""
    category = venue.categories.filter(name=section).first() or catalogue.add_category(
        venue=venue, name=section
    )
    details = ItemDetails(
        name=name,
        price=Money(minor, venue.currency),
        category=category,
        tax_rate=tax,
        groups=groups,
        **texts,
    )
    return catalogue.create_item(venue=venue, details=details, now=EVENING)


def make_group(venue, name, choices, *, least=0, most=1):
    """`choices` are pairs of a name and what it adds, in minor units."""
    return catalogue.create_group(
        venue=venue,
        name=name,
        choices=[
            NewChoice(name=choice, delta=Money(minor, venue.currency)) for choice, minor in choices
        ],
        least=least,
        most=most,
    )


def make_tab(venue, by, *items, now=EVENING, **details):
    """An open tab with one of each of the items on it."""
    tab = tabs.open_tab(venue=venue, by=by, now=now, **details)
    if items:
        lines.add_lines(
            tab_id=tab.id, by=by, now=now, wanted=[NewLine(item_id=item.id) for item in items]
        )
        tab.refresh_from_db()
    return tab


def make_message(tab, source_key, *, to="donal@example.org", now=EVENING, **details) -> Message:
    return messages.write(
        venue=tab.venue,
        tab=tab,
        kind="payment_link",
        source_key=source_key,
        to=to,
        subject="Your tab",
        text="Pay here: [link]",
        html='<a href="[link]">Pay here</a>',
        link_path="/p/[token]/",
        now=now,
        **details,
    )


def take_cash(tab, *, by, minor, tip=0, key="press-1", now=EVENING):
    """Cash for a part of what a closed tab owes, at the counter."""
    currency = tab.currency
    taken = Taken(
        method=CounterMethod.CASH, amount=Money(minor, currency), tip=Money(tip, currency)
    )
    return counter.record_counter_payment(
        tab_id=tab.id, by=by, taken=taken, request_key=key, now=now
    )


def pay_by_card(tab, *, minor, tip=0, payer="first", now=EVENING):
    """A part of what a closed tab owes, paid on a page of the processor in memory."""
    amount, extra = Money(minor, tab.currency), Money(tip, tab.currency)
    wish = Wish(
        choice=Choice(mode=PayMode.AMOUNT, amount=amount),
        tip=extra,
        shown=amount + extra,
        payer_digest=payer,
        payer_email="",
        return_url="https://tab.example/return/{attempt}/",
        back_url="https://tab.example/?left={attempt}",
        locale="en",
    )
    attempt = checkout.open_page(tab_id=tab.id, wish=wish, now=now)
    fakes.BOOK.pay(attempt.session_id, at=now)
    return snapshots.apply_checkout(fakes.BOOK.pages[attempt.session_id], now=now).payment


def give_back(payment, *, by, minor=100, tip=0, key="press-1", now=EVENING):
    """A part of a card payment, given back by a manager."""
    wish = RefundWish(
        amount=Money(minor, payment.currency),
        tip=Money(tip, payment.currency),
        reason="Cold coffee",
    )
    return refunds.refund(
        payment_id=payment.id,
        by=by,
        role=Role.MANAGER,
        wish=wish,
        request_key=key,
        now=now,
    )
