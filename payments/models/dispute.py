"""Disputes of card payments: how each stands at the bank, and what we handed in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Tab, User
from payments.models.account import MerchantAccount
from payments.models.payment import Payment
from payments.rules.dispute_states import ANSWERABLE, CLOSED, INQUIRIES, DisputeState

_GIVES_FREE = INQUIRIES | {DisputeState.WON, DisputeState.PREVENTED}


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> Self:
        return self.exclude(state__in=sorted(CLOSED))

    def unchecked(self, now: datetime) -> Self:
        return self.open().filter(next_check_at__lte=now)

    def blocking_refunds(self) -> Self:
        """While the bank has the money, or has kept it, Stripe gives nothing back besides."""
        return self.filter(is_refundable=False).exclude(state__in=sorted(_GIVES_FREE))

    def due_before(self, instant: datetime) -> Self:
        """The bank waits for us until then at the latest, and nobody was reminded of it."""
        return self.filter(state__in=sorted(ANSWERABLE), due_told_at=None, due_at__lt=instant)


DisputeManager = models.Manager.from_queryset(DisputeQuerySet)


class Dispute(models.Model):
    """One dispute as Stripe told it last. `withdrawn` and `reinstated` only ever grow.

    `due_at` is until when the bank takes evidence.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="disputes")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    dispute_id = models.CharField(max_length=120)
    state = models.CharField(max_length=24, choices=choices_of(DisputeState))
    reason = models.CharField(max_length=60)
    amount_minor = models.PositiveBigIntegerField()
    withdrawn_minor = models.PositiveBigIntegerField(default=0)
    reinstated_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    is_refundable = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField()
    due_told_at = models.DateTimeField(null=True, blank=True)

    objects = DisputeManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "dispute_id"], name="payments_dispute_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(DisputeState)), name="payments_dispute_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["tab"], name="payments_dispute_of_tab"),
            models.Index(
                fields=["next_check_at"],
                condition=~Q(state__in=sorted(CLOSED)),
                name="payments_dispute_unchecked",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=sorted(ANSWERABLE), due_told_at=None),
                name="payments_dispute_due",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.dispute_id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def withdrawn(self) -> Money:
        return Money(self.withdrawn_minor, self.currency)

    @property
    def reinstated(self) -> Money:
        return Money(self.reinstated_minor, self.currency)

    @property
    def withheld(self) -> Money:
        """What the bank has taken and not given back."""
        return self.withdrawn - self.reinstated

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def is_inquiry(self) -> bool:
        return self.state in INQUIRIES

    def is_answerable(self, now: datetime) -> bool:
        """Whether evidence still counts."""
        return self.awaits_answer and (self.due_at is None or now < self.due_at)

    @property
    def awaits_answer(self) -> bool:
        return self.state in ANSWERABLE


class DisputeEvidence(models.Model):
    """What somebody put before the bank, word for word, and what was known then.

    `refused` holds Stripe's determined no; another try is another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    texts = models.JSONField()
    pack = models.JSONField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "dispute evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(refused=""), name="payments_evidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence for {self.dispute_id}"

    @property
    def is_under_way(self) -> bool:
        """Handed in, and Stripe has not confirmed it yet."""
        return self.arrived_at is None and not self.refused
