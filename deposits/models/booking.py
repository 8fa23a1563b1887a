"""Bookings: a person's time, kept for a guest."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from deposits.models.diary import Diary
from deposits.rules.booking_states import (
    AHEAD,
    OCCUPYING,
    BookingState,
    end_when_cancelled,
    ensure_move,
)
from deposits.rules.slots import Span
from orders.models import CatalogueItem, Customer, Tab, User, Venue


class BookingQuerySet(models.QuerySet["Booking"]):
    def occupying(self) -> Self:
        return self.filter(state__in=sorted(OCCUPYING))

    def ahead(self) -> Self:
        return self.filter(state__in=sorted(AHEAD))

    def meeting(self, span: Span) -> Self:
        """Those that take a part of this time, the minutes after the visit included."""
        return self.filter(starts_at__lt=span.end, busy_until__gt=span.start)

    def besides(self, booking: Booking | None) -> Self:
        """All but one, if there is one."""
        return self if booking is None else self.exclude(id=booking.id)

    def lock(self, booking_id: uuid.UUID, *, venue_id: uuid.UUID | None = None) -> Booking:
        """The booking, locked until the transaction ends. Lock first, then read anything else.

        :raises Booking.DoesNotExist: there is none, or with `venue_id` none of that venue.
        """
        own = {} if venue_id is None else {"venue_id": venue_id}
        joined = self.select_related("venue", "item").select_for_update(of=("self",))
        return joined.get(id=booking_id, **own)

    def lock_if_free(self, booking_id: uuid.UUID) -> Booking | None:
        """As `lock`, for sweeps: None if somebody else is at it just now."""
        joined = self.select_related("venue", "item")
        return (
            joined.select_for_update(of=("self",), skip_locked=True).filter(id=booking_id).first()
        )


BookingManager = models.Manager.from_queryset(BookingQuerySet)


class Booking(models.Model):
    """One visit: which service, with whom, when. Name, price and length are those when it was made.

    The person is busy from `starts_at` until `busy_until`, the minutes after the visit included;
    the database refuses two bookings that occupy the same person at once. Cancelling is in time up
    to and including `free_until`. `sequence` counts what the guest's calendar was told.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="bookings")
    diary = models.ForeignKey(Diary, on_delete=models.PROTECT, related_name="bookings")
    # That of the diary: one person's time at all venues, for the database to watch over.
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bookings")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="bookings")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(
        max_length=14, choices=choices_of(BookingState), default=BookingState.CONFIRMED
    )
    service_name = models.CharField(max_length=80)
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy_until = models.DateTimeField()
    free_until = models.DateTimeField()
    grace_minutes = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    # Where the guest reads the times, if elsewhere than at the venue.
    guest_zone = models.CharField(max_length=48, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, blank=True)
    request_key = models.CharField(max_length=64, null=True, blank=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    no_show_at = models.DateTimeField(null=True, blank=True)
    tab = models.OneToOneField(
        Tab, on_delete=models.PROTECT, null=True, blank=True, related_name="booking"
    )

    objects = BookingManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "request_key"], name="deposits_booking_request_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(BookingState)), name="deposits_booking_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), busy_until__gte=F("ends_at")),
                name="deposits_booking_takes_time",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[BookingState.CANCELLED.value, BookingState.CANCELLED_LATE.value]
                )
                | Q(cancelled_at__isnull=False),
                name="deposits_booking_cancelled_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.NO_SHOW) | Q(no_show_at__isnull=False),
                name="deposits_booking_no_show_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.ARRIVED)
                | Q(arrived_at__isnull=False, tab__isnull=False),
                name="deposits_booking_arrived_with_tab",
            ),
        ]
        indexes = [
            models.Index(fields=["venue", "starts_at"], name="deposits_booking_day"),
            models.Index(fields=["person", "starts_at"], name="deposits_booking_of_person"),
            models.Index(fields=["venue", "-made_at", "-id"], name="deposits_booking_newest"),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="deposits_booking_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.id} ({self.state})"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def span(self) -> Span:
        """The time it takes from its person."""
        return Span(start=self.starts_at, end=self.busy_until)

    @property
    def guest(self) -> Customer:
        """Who is expected, also after two entries on file turned out to be one."""
        return self.customer.entry

    @property
    def is_ahead(self) -> bool:
        return self.state in AHEAD

    @property
    def is_requested(self) -> bool:
        return self.state == BookingState.REQUESTED

    @property
    def is_confirmed(self) -> bool:
        return self.state == BookingState.CONFIRMED

    @property
    def has_arrived(self) -> bool:
        return self.state == BookingState.ARRIVED

    @property
    def is_no_show(self) -> bool:
        return self.state == BookingState.NO_SHOW

    @property
    def is_cancelled(self) -> bool:
        return self.state in {BookingState.CANCELLED, BookingState.CANCELLED_LATE}

    @property
    def was_cancelled_late(self) -> bool:
        return self.state == BookingState.CANCELLED_LATE

    def is_late_to_cancel(self, now: datetime) -> bool:
        return now > self.free_until

    def confirm(self, *, now: datetime) -> None:
        self._move_to(BookingState.CONFIRMED)
        self.confirmed_at = now
        self.save(update_fields=["state", "confirmed_at"])

    def move(
        self, *, diary: Diary, visit: Span, busy_until: datetime, free_until: datetime
    ) -> None:
        """Keep another time for the guest; what was booked stays what it is."""
        self.diary, self.person_id = diary, diary.person_id
        self.starts_at, self.ends_at, self.busy_until = visit.start, visit.end, busy_until
        self.free_until, self.sequence = free_until, self.sequence + 1
        self.save(
            update_fields=[
                "diary", "person", "starts_at", "ends_at", "busy_until", "free_until", "sequence",
                "remind_at",
            ]
        )  # fmt: skip

    def cancel(self, *, is_late: bool, now: datetime) -> None:
        self._move_to(end_when_cancelled(is_late=is_late))
        self.cancelled_at, self.remind_at, self.sequence = now, None, self.sequence + 1
        self.save(update_fields=["state", "cancelled_at", "remind_at", "sequence"])

    def arrive(self, *, tab: Tab, now: datetime) -> None:
        self._move_to(BookingState.ARRIVED)
        self.tab, self.arrived_at, self.remind_at = tab, now, None
        self.save(update_fields=["state", "tab", "arrived_at", "remind_at"])

    def miss(self, *, now: datetime) -> None:
        """The guest did not come."""
        self._move_to(BookingState.NO_SHOW)
        self.no_show_at, self.remind_at = now, None
        self.save(update_fields=["state", "no_show_at", "remind_at"])

    def mark_reminded(self) -> None:
        self.remind_at = None
        self.save(update_fields=["remind_at"])

    def _move_to(self, wanted: BookingState) -> None:
        ensure_move(BookingState(self.state), wanted)
        self.state = wanted
