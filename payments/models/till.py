"""What happens to the money in the till: payments that are taken back, and the counting of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from config.kernel.money import Money
from orders.models import User, Venue
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from payments.models.payment import CounterPayment


class CounterReversalQuerySet(AppendOnlyQuerySet["CounterReversal"]):
    pass


CounterReversalManager = models.Manager.from_queryset(CounterReversalQuerySet)


class CounterReversal(AppendOnly):
    """A counter payment that does not count: recorded by mistake, or handed back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counter_payment = models.OneToOneField(
        CounterPayment, on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.CharField(max_length=160)
    reversed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField()

    objects = CounterReversalManager()

    def __str__(self) -> str:
        return f"reversal of {self.counter_payment_id}"


class CashCountQuerySet(AppendOnlyQuerySet["CashCount"]):
    pass


CashCountManager = models.Manager.from_queryset(CashCountQuerySet)


class CashCount(AppendOnly):
    """The till at the end of a shift: what should be in it, what is, and what stays in it.

    A shift lasts from the count before to this one. `booked_minor` is all cash the ledger had ever
    seen at this moment: the cash of a shift is the difference of two of them, so that an entry
    written beside a count is in one shift or the next, and never in none. `pieces` are the notes
    and coins as counted: how many of each, by their worth in minor units.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="cash_counts")
    number = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    opening_minor = models.PositiveBigIntegerField()
    taken_minor = models.BigIntegerField()
    booked_minor = models.BigIntegerField()
    counted_minor = models.PositiveBigIntegerField()
    left_minor = models.PositiveBigIntegerField()
    pieces = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=200, blank=True)
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    request_key = models.CharField(max_length=64)

    objects = CashCountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"], name="payments_cash_count_number_once"
            ),
            models.UniqueConstraint(
                fields=["venue", "request_key"], name="payments_cash_count_once_per_press"
            ),
            models.CheckConstraint(
                condition=Q(left_minor__lte=F("counted_minor")),
                name="payments_cash_count_leaves_what_is_there",
            ),
        ]

    def __str__(self) -> str:
        return f"cash count {self.number} of {self.venue_id}"

    @property
    def opening(self) -> Money:
        """What the shift began with: the float."""
        return Money(self.opening_minor, self.currency)

    @property
    def taken(self) -> Money:
        """Cash in less cash given back, tips paid in cash included."""
        return Money(self.taken_minor, self.currency)

    @property
    def expected(self) -> Money:
        return self.opening + self.taken

    @property
    def counted(self) -> Money:
        return Money(self.counted_minor, self.currency)

    @property
    def difference(self) -> Money:
        """More than expected is positive, less is negative."""
        return self.counted - self.expected

    @property
    def missing(self) -> Money:
        return -self.difference

    @property
    def left(self) -> Money:
        """What stays in the till for the next shift."""
        return Money(self.left_minor, self.currency)

    def worth(self, minor: int) -> Money:
        """A note or coin of this till."""
        return Money(minor, self.currency)

    @property
    def banked(self) -> Money:
        """What was taken out of the till."""
        return self.counted - self.left
