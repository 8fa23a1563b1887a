"""Closed tabs that are to be settled with the card on file."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Message, Tab
from payments.models.attempt import CheckoutAttempt
from payments.models.consent import CardConsent
from payments.rules.auto_settlement import LIVE, WAITING, AutoState, Why, can_move


class AutoSettlementQuerySet(models.QuerySet["AutoSettlement"]):
    def live(self) -> Self:
        """Those that may still charge a card."""
        return self.filter(state__in=sorted(LIVE))

    def waiting(self) -> Self:
        """Those that may still be called off."""
        return self.filter(state__in=sorted(WAITING))

    def due(self, now: datetime) -> Self:
        return self.live().filter(next_at__lte=now)


AutoSettlementManager = models.Manager.from_queryset(AutoSettlementQuerySet)


class AutoSettlement(models.Model):
    """One closing of a tab that settles itself; another closing is another row.

    `charge_at` is the time the guest is told, `told_minor` the amount. `next_at` is when a sweep
    has to look again. `attempt` is the latest try to charge the card, `charge_ref` the
    processor's name for it once there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="auto_settlements")
    consent = models.ForeignKey(
        CardConsent, on_delete=models.PROTECT, related_name="auto_settlements"
    )
    state = models.CharField(
        max_length=14, choices=choices_of(AutoState), default=AutoState.SCHEDULED
    )
    why = models.CharField(max_length=16, choices=choices_of(Why), blank=True)
    told_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    notice_hours = models.PositiveSmallIntegerField()
    notice = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    charge_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    attempt = models.OneToOneField(
        CheckoutAttempt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="auto_settlement",
    )
    charge_ref = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AutoSettlementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(AutoState)), name="payments_auto_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AutoState.CHARGING) | Q(attempt__isnull=False),
                name="payments_auto_charging_has_attempt",
            ),
            models.UniqueConstraint(
                fields=["tab"],
                condition=Q(state__in=sorted(LIVE)),
                name="payments_auto_one_live",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=sorted(LIVE)), name="payments_auto_due"
            ),
        ]

    def __str__(self) -> str:
        return f"automatic settlement of {self.tab_id} ({self.state})"

    @property
    def told(self) -> Money:
        return Money(self.told_minor, self.currency)

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def move_to(self, wanted: AutoState, **changes: object) -> bool:
        """Take a step, with what it changes; False when it is old news."""
        if not can_move(AutoState(self.state), wanted):
            return False
        self.put(state=wanted, **changes)
        return True

    def end(self, wanted: AutoState, why: Why | None, *, now: datetime) -> bool:
        """The tab does not settle itself any more."""
        return self.move_to(wanted, why=why or "", ended_at=now)

    def put(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))
