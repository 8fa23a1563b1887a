"""What a booking needs held against a no-show, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from deposits.models.booking import Booking
from deposits.models.policy import DepositPolicy
from deposits.rules.deposit_states import FINAL, LIVE, RESERVED, DepositState, Why, can_move
from deposits.rules.hold_window import Instrument, Visit
from orders.models import User, Venue
from payments.models import Hold
from payments.rules.hold_states import HoldState, Wish


class DepositQuerySet(models.QuerySet["Deposit"]):
    def live(self) -> Self:
        return self.filter(state__in=sorted(LIVE))

    def reserved(self) -> Self:
        """Those for which a guest's money is held at this moment."""
        return self.filter(state__in=sorted(RESERVED))

    def unfollowed(self, now: datetime) -> Self:
        """Those to be looked at: their time has come, or their booking or hold has moved on."""
        given = Hold.objects.filter(
            purpose_id=OuterRef("id"),
            state__in=[HoldState.CARD_SAVED, HoldState.HELD],
            wish=Wish.NONE,
        )
        return self.filter(
            Q(next_at__lte=now)
            | Q(state__in=sorted(LIVE))
            & (
                ~Q(seen_state=F("booking__state"))
                | ~Q(seen_sequence=F("booking__sequence"))
                | Q(hold__isnull=False) & ~Q(seen_hold=F("hold__state"))
                | Q(state=DepositState.ASKED) & Exists(given)
            )
        )


DepositManager = models.Manager.from_queryset(DepositQuerySet)


class Deposit(models.Model):
    """One booking's deposit under the policy it was booked with, whose shares are copied here.

    `hold` is the one that counts; holds of earlier cards have ended or are ending. `owed_minor` is
    what was claimed of it and `why`. `next_at` is when it has to be looked at again, whatever for;
    the `seen_` fields are what its booking and hold were when it was looked at last.
    `link_at`: the bill of the visit is mailed once the capture's outcome is known, and then at the
    latest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="deposits")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="deposit")
    policy = models.ForeignKey(DepositPolicy, on_delete=models.PROTECT, related_name="+")
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=choices_of(DepositState), default=DepositState.ASKED
    )
    instrument = models.CharField(max_length=4, choices=choices_of(Instrument))
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    late_share = models.DecimalField(max_digits=5, decimal_places=2)
    no_show_share = models.DecimalField(max_digits=5, decimal_places=2)
    objection_hours = models.PositiveSmallIntegerField()
    answer_by = models.DateTimeField(null=True, blank=True)
    place_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    seen_state = models.CharField(max_length=14, blank=True)
    seen_sequence = models.PositiveSmallIntegerField(default=0)
    seen_hold = models.CharField(max_length=10, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    link_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=11, choices=choices_of(Why), blank=True)
    owed_minor = models.PositiveBigIntegerField(default=0)
    claimed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    objection_until = models.DateTimeField(null=True, blank=True)
    objection = models.CharField(max_length=600, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DepositManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(DepositState)), name="deposits_deposit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="deposits_deposit_positive"
            ),
            models.CheckConstraint(
                condition=Q(owed_minor__lte=F("amount_minor")), name="deposits_deposit_owed_within"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINAL), ended_at__isnull=False)
                | Q(state__in=sorted(LIVE), ended_at__isnull=True),
                name="deposits_deposit_one_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(RESERVED)) | Q(hold__isnull=False),
                name="deposits_deposit_held_has_hold",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DepositState.CLAIMED, DepositState.OBJECTED])
                | Q(claimed_by__isnull=False, objection_until__isnull=False),
                name="deposits_deposit_claimed_by",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(next_at__isnull=False),
                name="deposits_deposit_due",
            ),
            models.Index(
                fields=["venue", "state"],
                condition=Q(state__in=sorted(LIVE)),
                name="deposits_deposit_live",
            ),
        ]

    def __str__(self) -> str:
        return f"deposit {self.id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def owed(self) -> Money:
        return Money(self.owed_minor, self.currency)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_reserved(self) -> bool:
        """Whether a guest's money is held for it at this moment."""
        return self.state in RESERVED

    @property
    def visit(self) -> Visit:
        """The times that decide what may happen when."""
        return Visit(
            starts_at=self.booking.starts_at,
            ends_at=self.booking.ends_at,
            grace=timedelta(minutes=self.booking.grace_minutes),
            objection=timedelta(hours=self.objection_hours),
        )

    def move_to(self, wanted: DepositState, *, now: datetime, **fields: Any) -> bool:
        """Move a locked deposit on; False when there is no such step from where it stands."""
        if not can_move(DepositState(self.state), wanted):
            return False
        if wanted in FINAL:
            fields |= {"ended_at": now}
        self.put(**fields, state=wanted)
        return True

    def put(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
