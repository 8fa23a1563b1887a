"""Whatever guests, staff, banks and the network do, every deposit has one end and no hold is left.

Each seed is three weeks of a salon's bookings: made, moved, cancelled in time and too late, kept
and missed; cards are given and refused, banks let go, webhooks and answers get lost, workers die
half-way, sweeps come late. The processor's own book says what was taken and when, and each capture
is held against what was claimed, shown and objected to by then.
"""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money, total
from deposits.models import Booking, Deposit
from deposits.rules.booking_states import AHEAD, BookingState
from deposits.rules.deposit_states import LIVE, RESERVED, DepositState
from deposits.rules.visits import ContactWay
from deposits.services import (
    arrivals,
    bookings,
    claims,
    closing,
    deposits,
    diaries,
    following,
)
from deposits.services.bookings import Guest, Wish
from deposits.services.diaries import Day
from orders.rules.roles import Role
from payments.gateway.errors import GatewayError, OutcomeUnknown
from payments.gateway.snapshots import IntentStatus, PageStatus
from payments.models import Hold, LedgerEntry, Payment
from payments.rules.accounts import Account
from payments.rules.hold_states import FINAL as HOLD_FINAL
from payments.rules.hold_states import HoldState, HoldWay
from payments.rules.hold_states import Wish as HoldWish
from payments.services import books, hold_steps, reconciliation
from tests import factories, fakes
from tests.conftest import EVENING
from tests.integration.deposits import depositing

# Weeks in which every end is reached, most of them with money taken.
SEEDS = (2, 8, 9, 13, 16, 20, 21, 26)
STEPS = 90
SEOUL = ZoneInfo("Asia/Seoul")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# What banks answer to a hold on a saved card.
REFUSALS = (None, None, None, ["insufficient_funds"], ["authentication_required"])
BANKS = (timedelta(days=7), timedelta(days=4, hours=18))


class Died(Exception):
    """A worker was killed at this very call."""


class Weeks:
    """Three weeks of one salon: what may happen next, the clock, and what held at each capture."""

    def __init__(self, seed, *, venue, item, by):
        self.dice = random.Random(seed)  # noqa: S311 - Dice of a game, not of a lock.
        self.venue, self.item, self.by, self.now = venue, item, by, EVENING
        self.captures, self.made = [], 0

    def watch(self, monkeypatch):
        """Note what held at each capture, and kill a worker now and then."""
        weeks, capture = self, fakes.FakeGateway.capture

        def watched(gateway, intent_id, amount, *, key):
            before = fakes.BOOK.payment(intent_id).status
            try:
                return capture(gateway, intent_id, amount, key=key)
            finally:
                after = fakes.BOOK.payment(intent_id).status
                if before == IntentStatus.HELD and after == IntentStatus.SUCCEEDED:
                    weeks.note(intent_id, amount)
                if weeks.dice.random() < 0.1:
                    raise Died

        monkeypatch.setattr(fakes.FakeGateway, "capture", watched)

    def note(self, intent_id, amount):
        hold = Hold.objects.get(intent_id=intent_id)
        deposit = Deposit.objects.select_related("booking").get(id=hold.purpose_id)
        booking = deposit.booking
        is_for_bill = booking.state == BookingState.ARRIVED
        is_shown = booking.state == BookingState.CANCELLED_LATE or (
            booking.state == BookingState.NO_SHOW and booking.contact_attempts.exists()
        )
        is_heard = deposit.objection_until is not None and (
            (deposit.state == DepositState.CLAIMED and self.now >= deposit.objection_until)
            or (deposit.state == DepositState.OBJECTED and deposit.decided_by_id is not None)
        )
        is_claim = is_shown and is_heard and amount == deposit.owed
        self.captures.append((is_for_bill or is_claim, amount <= hold.amount))

    def happen(self):
        self.now += self.dice.choice([MINUTE, MINUTE, 10 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR])
        fakes.BOOK.clock, fakes.BOOK.holds_for = self.now, self.dice.choice(BANKS)
        fakes.BOOK.lapse(at=self.now)
        if self.dice.random() < 0.12:
            self.dice.choice([fakes.BOOK.fail_before, fakes.BOOK.fail_after]).append(
                OutcomeUnknown("the network")
            )
        steps = {
            self.book: 6, self.give_card: 6, self.move: 2, self.cancel: 2, self.visit: 6,
            self.close: 4, self.miss: 8, self.claim: 12, self.object: 2, self.decide: 2,
            self.give_up: 1, self.follow: 10, self.look_at_holds: 6, self.resolve: 4,
            self.send_links: 1,
        }  # fmt: skip
        (step,) = self.dice.choices(list(steps), list(steps.values()))
        with contextlib.suppress(DomainError, GatewayError, Died):
            step()
        self.check()

    def check(self):
        """What holds at any time."""
        for purpose_id in Deposit.objects.values_list("id", flat=True):
            cards = Hold.objects.filter(
                purpose_id=purpose_id,
                state__in=[HoldState.CARD_SAVED, HoldState.PLACING, HoldState.HELD],
                wish="",
            )
            assert cards.count() <= 1

    def any(self, states, **more):
        found = list(Booking.objects.filter(state__in=states, **more).order_by("made_at", "id"))
        return self.dice.choice(found) if found else None

    def any_deposit(self, *states):
        found = list(Deposit.objects.filter(state__in=states).order_by("made_at", "id"))
        return self.dice.choice(found) if found else None

    def start(self):
        day = (self.now + timedelta(days=self.dice.choice([0, 0, 1, 2, 4, 9]))).astimezone(SEOUL)
        hour = self.dice.randrange(24)
        return datetime.combine(day.date(), time(hour), tzinfo=SEOUL)

    def book(self):
        self.made += 1
        guest = Guest(name="Maeve", email=f"maeve{self.made}@example.org")
        wish = Wish(item_id=self.item.id, starts_at=self.start(), guest=guest, anyway=True)
        booking = deposits.book(venue=self.venue, wish=wish, by=self.by, now=self.now)
        if self.dice.random() < 0.85:
            self.give(Deposit.objects.get(booking=booking))

    def give_card(self):
        if deposit := self.any_deposit(DepositState.ASKED):
            self.give(deposit)

    def give(self, deposit):
        hold = deposits.give_card(deposit_id=deposit.id, signed=depositing.SIGNED, now=self.now)
        if fakes.BOOK.pages[hold.session_id].status != PageStatus.OPEN:
            return
        if hold.way == HoldWay.LATER:
            fakes.BOOK.give_card(hold.session_id, refusals=self.dice.choice(REFUSALS))
        else:
            fakes.BOOK.pay(hold.session_id, at=self.now)
        if self.dice.random() < 0.6:
            deposits.came_back(hold_id=hold.id, now=self.now)

    def move(self):
        if booking := self.any(AHEAD):
            bookings.move(
                booking_id=booking.id, starts_at=self.start(), by=self.by, now=self.now, anyway=True
            )

    def cancel(self):
        if booking := self.any(AHEAD):
            bookings.cancel(booking_id=booking.id, by=None, now=self.now)

    def visit(self):
        if booking := self.any(AHEAD, starts_at__lte=self.now + 6 * HOUR):
            arrivals.arrive(booking_id=booking.id, by=self.by, now=self.now)

    def close(self):
        if booking := self.any([BookingState.ARRIVED], tab__status="open"):
            closing.close_and_request(tab_id=booking.tab_id, by=self.by, now=self.now)

    def miss(self):
        if booking := self.any(AHEAD, starts_at__lte=self.now):
            if self.dice.random() < 0.6:
                arrivals.note_contact(
                    booking_id=booking.id, way=ContactWay.PHONE, by=self.by, now=self.now
                )
            arrivals.record_no_show(booking_id=booking.id, by=self.by, now=self.now)

    def claim(self):
        late = [BookingState.NO_SHOW, BookingState.CANCELLED_LATE]
        found = list(
            Deposit.objects.filter(state=DepositState.HELD, booking__state__in=late).order_by(
                "made_at"
            )
        ) or list(Deposit.objects.filter(state=DepositState.HELD).order_by("made_at"))
        if found:
            claims.claim(
                venue=self.venue,
                deposit_id=self.dice.choice(found).id,
                by=self.by,
                role=Role.STAFF,
                evidence="Nobody came",
                now=self.now,
            )

    def object(self):
        if deposit := self.any_deposit(DepositState.CLAIMED):
            claims.object_to(deposit_id=deposit.id, text="I was there", now=self.now)

    def decide(self):
        if deposit := self.any_deposit(DepositState.OBJECTED):
            claims.decide(
                venue=self.venue,
                deposit_id=deposit.id,
                by=self.by,
                role=Role.MANAGER,
                keep=self.dice.random() < 0.5,
                reason="Talked to them",
                now=self.now,
            )

    def give_up(self):
        if deposit := self.any_deposit(*sorted(LIVE)):
            claims.give_up(
                venue=self.venue,
                deposit_id=deposit.id,
                by=self.by,
                role=Role.STAFF,
                reason="Kind",
                now=self.now,
            )

    def follow(self):
        following.sweep(now=self.now)

    def look_at_holds(self):
        hold_steps.sweep(now=self.now)

    def resolve(self):
        reconciliation.resolve_operations(now=self.now)

    def send_links(self):
        closing.send_links_that_wait(now=self.now)

    def calm_down(self):
        """The network is back, nobody books any more, and time goes by until nothing is left."""
        fakes.BOOK.fail_before.clear()
        fakes.BOOK.fail_after.clear()
        for booking in Booking.objects.filter(state=BookingState.ARRIVED, tab__status="open"):
            with contextlib.suppress(DomainError, Died):
                closing.close_and_request(tab_id=booking.tab_id, by=self.by, now=self.now)
        for _turn in range(3):
            self.now += 3 * MINUTE
            depositing.pass_time(self.now)
        # What is to be let go is let go at once, not when its bank does.
        assert not Hold.objects.live().filter(wish=HoldWish.RELEASE).exists()
        for _round in range(30):
            self.now += 14 * HOUR
            depositing.pass_time(self.now)
            reconciliation.fetch_undelivered(now=self.now)
        books.compare_all(now=self.now, since=EVENING - timedelta(days=1))


@pytest.fixture
def salon(odile, sora, settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    item = factories.make_item(odile, "Colour", 55_000, duration_minutes=60)
    diary = diaries.open_diary(venue=odile, person=sora)
    diaries.set_week(
        diary=diary,
        days=[Day(weekday=day, starts=time(0), ends=time(23), pauses=[]) for day in range(7)],
    )
    depositing.decide(odile, sora, now=EVENING, objection_hours=12)
    return odile, item


@pytest.mark.parametrize("seed", SEEDS)
def test_every_deposit_has_one_end_and_no_hold_is_left(salon, sora, seed, monkeypatch):
    venue, item = salon
    weeks = Weeks(seed, venue=venue, item=item, by=sora)
    weeks.watch(monkeypatch)

    for _step in range(STEPS):
        weeks.happen()
    weeks.calm_down()

    assert not Deposit.objects.filter(state__in=sorted(LIVE)).exists()
    assert not Deposit.objects.filter(state__in=sorted(RESERVED)).exists()
    assert not Hold.objects.exclude(state__in=sorted(HOLD_FINAL)).exists()
    assert all(payment.status != IntentStatus.HELD for payment in fakes.BOOK.payments())
    assert weeks.captures == [(True, True)] * len(weeks.captures)
    taken = total(fakes.BOOK.taken, "KRW")
    assert taken == Money(
        sum(
            LedgerEntry.objects.filter(debit=Account.CLEARING).values_list(
                "amount_minor", flat=True
            )
        ),
        "KRW",
    )
    assert sum(Hold.objects.values_list("captured_minor", flat=True)) == taken.minor
    _agree_with_the_processor()


def _agree_with_the_processor():
    """Each hold's end here is what became of it there, and each deposit's is that of its hold."""
    for hold in Hold.objects.filter(held_at__isnull=False):
        there = fakes.BOOK.payment(hold.intent_id)
        is_taken = hold.state in {HoldState.APPLIED, HoldState.CAPTURED}
        assert there.status == (IntentStatus.SUCCEEDED if is_taken else IntentStatus.CANCELED)
        assert there.received == hold.captured
        assert Payment.objects.filter(hold=hold).exists() == (hold.state == HoldState.APPLIED)
    for deposit in Deposit.objects.filter(hold__isnull=False, hold__held_at__isnull=False):
        if deposit.state != DepositState.WAIVED:
            assert deposit.state == deposit.hold.state
    cards = [card for card in fakes.BOOK.cards.values() if card.customer_ref]
    assert cards == []
