"""The guest's yes, given when booking, to what the service promises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from deposits.models.booking import Booking
from orders.models import ItemPromise, User
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.rules.promises import AcknowledgementWay

_WAYS = (AcknowledgementWay.STAFF_SCREEN, AcknowledgementWay.OWN_PHONE)


class BookingAgreementQuerySet(AppendOnlyQuerySet["BookingAgreement"]):
    pass


BookingAgreementManager = models.Manager.from_queryset(BookingAgreementQuerySet)


class BookingAgreement(AppendOnly):
    """One yes to one wording: under which name, how and when."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="agreements")
    promise = models.ForeignKey(
        ItemPromise, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64)
    way = models.CharField(max_length=12, choices=choices_of(AcknowledgementWay))
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = BookingAgreementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "promise"], name="deposits_agreed_once"),
            models.CheckConstraint(condition=Q(way__in=_WAYS), name="deposits_agreed_somehow"),
            models.CheckConstraint(condition=~Q(name=""), name="deposits_agreed_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.way} of booking {self.booking_id}"
