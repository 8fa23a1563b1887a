"""Money that moved: card payments as Stripe reports them, and money taken at the counter."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Tab, User
from payments.models.account import MerchantAccount
from payments.models.attempt import CheckoutAttempt
from payments.models.hold import Hold
from payments.rules.accounts import CounterMethod


class Payment(models.Model):
    """One captured PaymentIntent, split into the part of the bill and the tip.

    The row is written when the money is known to be there, once for each intent. It came of an
    attempt to pay, or of a hold that was taken for the tab.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="payments")
    attempt = models.OneToOneField(
        CheckoutAttempt, on_delete=models.PROTECT, null=True, blank=True, related_name="payment"
    )
    hold = models.OneToOneField(
        Hold, on_delete=models.PROTECT, null=True, blank=True, related_name="payment"
    )
    intent_id = models.CharField(max_length=120)
    charge_id = models.CharField(max_length=120, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    tip_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    card_brand = models.CharField(max_length=24, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    email = models.EmailField(blank=True)
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "intent_id"], name="payments_payment_intent_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | Q(tip_minor__gt=0),
                name="payments_payment_positive",
            ),
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, hold__isnull=True)
                | Q(attempt__isnull=True, hold__isnull=False),
                name="payments_payment_one_source",
            ),
        ]
        indexes = [models.Index(fields=["tab", "paid_at"], name="payments_payment_of_tab")]

    def __str__(self) -> str:
        return f"payment {self.intent_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def tip(self) -> Money:
        return Money(self.tip_minor, self.currency)

    @property
    def charge(self) -> Money:
        return self.amount + self.tip


class CounterPayment(models.Model):
    """Money taken at the counter. `received_minor` is the cash handed over, change included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="counter_payments")
    method = models.CharField(max_length=14, choices=choices_of(CounterMethod))
    amount_minor = models.PositiveBigIntegerField()
    tip_minor = models.PositiveBigIntegerField(default=0)
    received_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    request_key = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_counter_positive"
            ),
            models.CheckConstraint(
                condition=Q(method__in=list(CounterMethod)), name="payments_counter_method_known"
            ),
            models.UniqueConstraint(
                fields=["tab", "request_key"], name="payments_counter_once_per_press"
            ),
        ]
        indexes = [models.Index(fields=["tab", "recorded_at"], name="payments_counter_of_tab")]

    def __str__(self) -> str:
        return f"{self.method} {self.id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def tip(self) -> Money:
        return Money(self.tip_minor, self.currency)

    @property
    def charge(self) -> Money:
        return self.amount + self.tip

    @property
    def change(self) -> Money:
        return Money(self.received_minor, self.currency) - self.charge

    @property
    def is_reversed(self) -> bool:
        return hasattr(self, "reversal")
