"""How it came that a service with a promise could start: the guest's yes, or why without one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.append_only import AppendOnly, AppendOnlyQuerySet
from orders.models.line import Line
from orders.models.promise import ItemPromise
from orders.models.user import User
from orders.rules.promises import AcknowledgementWay

_WAIVED = Q(way=AcknowledgementWay.WAIVED.value)


class AcknowledgementQuerySet(AppendOnlyQuerySet["Acknowledgement"]):
    pass


AcknowledgementManager = models.Manager.from_queryset(AcknowledgementQuerySet)


class Acknowledgement(AppendOnly):
    """One yes to one wording for one line, or the reason it was not waited for.

    `name` is what the guest typed. On the staff's screen `by` is who held it; on an own phone
    `browser_digest` is the browser that was let in to the bill.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="acknowledgements")
    promise = models.ForeignKey(
        ItemPromise, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64)
    way = models.CharField(max_length=12, choices=choices_of(AcknowledgementWay))
    name = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    browser_digest = models.CharField(max_length=64, blank=True)

    objects = AcknowledgementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "promise"], condition=~_WAIVED, name="orders_agreed_once"
            ),
            models.UniqueConstraint(
                fields=["line", "promise"], condition=_WAIVED, name="orders_waived_once"
            ),
            models.CheckConstraint(
                condition=(_WAIVED & ~Q(reason="")) | (~_WAIVED & ~Q(name="")),
                name="orders_acknowledged_by_name_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | ~Q(browser_digest=""),
                name="orders_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} of line {self.line_id}"
