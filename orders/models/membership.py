"""Who works where, in which role."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.user import User
from orders.models.venue import Venue
from orders.rules.roles import Right, Role, may


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> Self:
        return self.filter(ended_at=None, user__is_active=True)


MembershipManager = models.Manager.from_queryset(MembershipQuerySet)


class Membership(models.Model):
    """A person's role at a venue, until it ends. Ended rows stay: history names them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=choices_of(Role))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "venue"],
                condition=Q(ended_at=None),
                name="orders_membership_one_role",
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(Role)), name="orders_membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} at {self.venue_id}"

    def may(self, right: Right) -> bool:
        return may(Role(self.role), right)

    @property
    def edits_venue(self) -> bool:
        return self.may(Right.EDIT_VENUE)

    @property
    def manages_people(self) -> bool:
        return self.may(Right.MANAGE_PEOPLE)

    @property
    def reviews_money(self) -> bool:
        return self.may(Right.REVIEW_MONEY)

    @property
    def manages_account(self) -> bool:
        return self.may(Right.MANAGE_ACCOUNT)
