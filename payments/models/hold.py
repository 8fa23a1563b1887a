"""Money held on a guest's card: what they agreed to, where it stands, and how it ended."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Tab, Venue
from payments.models.account import MerchantAccount
from payments.rules.hold_states import (
    FINAL,
    LIVE,
    SPENT,
    TAKEN,
    HoldState,
    HoldWay,
    Wish,
    can_move,
)


class HoldQuerySet(models.QuerySet["Hold"]):
    def live(self) -> Self:
        """Those that may still take a guest's money, or hold it already."""
        return self.filter(state__in=sorted(LIVE))

    def held(self) -> Self:
        """Those with funds reserved at this moment."""
        return self.filter(state=HoldState.HELD)

    def due(self, now: datetime) -> Self:
        """Those that have to be looked at."""
        return self.filter(next_check_at__lte=now)


HoldManager = models.Manager.from_queryset(HoldQuerySet)


class Hold(models.Model):
    """One card asked to keep an amount for one purpose, which `purpose_id` names.

    The purpose belongs to another app: a booking's deposit. The words agreed to stand here as they
    were shown, and hold for this purpose only. `customer_ref`, `card_ref`, `intent_id` and
    `charge_id` are Stripe's names. `capture_before` is the bank's word, never ours. `take_minor` is
    what we asked for, `captured_minor` what was taken in the end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="holds")
    purpose_id = models.UUIDField()
    way = models.CharField(max_length=5, choices=choices_of(HoldWay))
    state = models.CharField(max_length=10, choices=choices_of(HoldState), default=HoldState.AGREED)
    wish = models.CharField(max_length=7, choices=choices_of(Wish), default=Wish.NONE, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    take_minor = models.PositiveBigIntegerField(default=0)
    captured_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    tab = models.ForeignKey(
        Tab, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    email = models.EmailField(blank=True)
    text = models.TextField()
    text_digest = models.CharField(max_length=64)
    locale = models.CharField(max_length=12)
    address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    browser_digest = models.CharField(max_length=64, blank=True)
    description = models.CharField(max_length=200)
    session_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    url = models.TextField(blank=True)
    page_ends_at = models.DateTimeField()
    customer_ref = models.CharField(max_length=120, blank=True)
    card_ref = models.CharField(max_length=120, blank=True)
    card_brand = models.CharField(max_length=24, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    intent_id = models.CharField(max_length=120, null=True, blank=True)
    charge_id = models.CharField(max_length=120, blank=True)
    capture_before = models.DateTimeField(null=True, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    detached_at = models.DateTimeField(null=True, blank=True)

    objects = HoldManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(HoldState)), name="payments_hold_state_known"
            ),
            models.CheckConstraint(
                condition=Q(wish__in=list(Wish)), name="payments_hold_wish_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_hold_positive"),
            models.CheckConstraint(
                condition=Q(captured_minor__lte=F("amount_minor"))
                & Q(take_minor__lte=F("amount_minor")),
                name="payments_hold_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(TAKEN), captured_minor__gt=0)
                | Q(~Q(state__in=sorted(TAKEN)), captured_minor=0),
                name="payments_hold_taken_is_captured",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINAL), ended_at__isnull=False)
                | Q(state__in=sorted(LIVE), ended_at__isnull=True),
                name="payments_hold_one_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(SPENT | {HoldState.HELD}))
                | Q(intent_id__isnull=False),
                name="payments_hold_held_has_intent",
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldState.APPLIED) | Q(tab__isnull=False),
                name="payments_hold_applied_to_tab",
            ),
            models.UniqueConstraint(
                fields=["purpose_id"],
                condition=Q(
                    state__in=[HoldState.CARD_SAVED, HoldState.PLACING, HoldState.HELD],
                    wish=Wish.NONE,
                ),
                name="payments_hold_one_card_a_purpose",
            ),
            models.UniqueConstraint(
                fields=["account", "intent_id"], name="payments_hold_intent_once"
            ),
        ]
        indexes = [
            models.Index(fields=["purpose_id", "agreed_at"], name="payments_hold_of_purpose"),
            models.Index(
                fields=["venue", "capture_before"],
                condition=Q(state=HoldState.HELD),
                name="payments_hold_held_now",
            ),
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="payments_hold_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def captured(self) -> Money:
        return Money(self.captured_minor, self.currency)

    @property
    def to_take(self) -> Money:
        return Money(self.take_minor, self.currency)

    @property
    def sentences(self) -> list[str]:
        """What was agreed to, sentence by sentence."""
        return self.text.splitlines()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_held(self) -> bool:
        return self.state == HoldState.HELD

    @property
    def keeps_card(self) -> bool:
        """Whether a card that was given for later is still kept at Stripe."""
        return bool(self.way == HoldWay.LATER and self.card_ref and self.detached_at is None)

    def move_to(self, wanted: HoldState, *, now: datetime, **fields: Any) -> bool:
        """Take over news of this hold; False when it is old news."""
        if not can_move(HoldState(self.state), wanted):
            return False
        self.state = wanted
        if wanted in FINAL:
            fields["ended_at"] = now
        self.put(**fields, state=wanted)
        return True

    def put(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))

    def opened(self, *, session_id: str, url: str) -> None:
        """Remember the page Stripe made, unless news has overtaken us."""
        self.put(session_id=session_id, url=url)
        if can_move(HoldState(self.state), HoldState.PAGE_OPEN):
            self.put(state=HoldState.PAGE_OPEN)
