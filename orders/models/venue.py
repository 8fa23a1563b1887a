"""Business places, the versions of their terms, and their tax rates."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models.user import User
from orders.rules.reminder_rules import ReminderRules
from orders.rules.terms import SHORTEST_NOTICE_HOURS, VenueKind


def default_tip_percents() -> list[int]:
    return [5, 10]


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: User) -> Self:
        """Venues this person belongs to today."""
        return self.filter(memberships__user=user, memberships__ended_at=None)


VenueManager = models.Manager.from_queryset(VenueQuerySet)


class Venue(models.Model):
    """A place that is paid after. Everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=choices_of(VenueKind))
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=48)
    locale = models.CharField(max_length=12, default="en")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    reply_to = models.EmailField(blank=True)
    prices_include_tax = models.BooleanField(default=True)
    service_charge_rate = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    tip_percents = models.JSONField(default=default_tip_percents)
    # What one person may give away in a day without asking a manager; nothing by itself.
    gift_limit_minor = models.PositiveBigIntegerField(default=0)
    sends_to_bar = models.BooleanField(default=True)
    brand_hue = models.PositiveSmallIntegerField(default=352, validators=[MaxValueValidator(360)])
    brand_chroma_permille = models.PositiveSmallIntegerField(
        default=120, validators=[MinValueValidator(40), MaxValueValidator(120)]
    )
    bank_holder = models.CharField(max_length=80, blank=True)
    bank_account = models.CharField(max_length=40, blank=True)
    bank_name = models.CharField(max_length=60, blank=True)
    refunds_excess = models.BooleanField(default=True)
    receipt_prefix = models.CharField(max_length=8, default="R")
    next_tab_number = models.PositiveIntegerField(default=1)
    board_version = models.PositiveBigIntegerField(default=1)

    objects = VenueManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(VenueKind)), name="orders_venue_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @property
    def gift_limit(self) -> Money:
        return Money(self.gift_limit_minor, self.currency)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)


class TermsVersion(models.Model):
    """What a venue's guests agree to. A change is a new row; a tab keeps the row it began with.

    With `auto_settles` guests may leave a card that is charged on the pay-by date, and are told so
    `notice_hours` before.
    """

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    days_to_pay = models.PositiveSmallIntegerField()
    new_guest_limit_minor = models.PositiveBigIntegerField()
    regular_limit_minor = models.PositiveBigIntegerField()
    reminders = models.JSONField(default=dict, blank=True)
    auto_settles = models.BooleanField(default=False)
    notice_hours = models.PositiveSmallIntegerField(default=SHORTEST_NOTICE_HOURS)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "number"], name="orders_terms_number_once"),
            models.CheckConstraint(
                condition=Q(regular_limit_minor__gte=F("new_guest_limit_minor")),
                name="orders_terms_regulars_trusted_more",
            ),
            models.CheckConstraint(
                condition=Q(notice_hours__gte=SHORTEST_NOTICE_HOURS),
                name="orders_terms_notice_a_day_at_least",
            ),
        ]

    def __str__(self) -> str:
        return f"terms {self.number} of {self.venue_id}"

    @property
    def reminder_rules(self) -> ReminderRules:
        return ReminderRules.read(self.reminders)

    def limit(self, *, is_regular: bool) -> Money:
        minor = self.regular_limit_minor if is_regular else self.new_guest_limit_minor
        return Money(minor, self.venue.currency)


class TaxRate(models.Model):
    """A named tax in per cent. Lines copy both, so a change touches nothing already sold."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="tax_rates")
    name = models.CharField(max_length=24)
    rate = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "name", "rate"], name="orders_tax_rate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.rate.normalize():f} %"
