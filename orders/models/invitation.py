"""Invitations to work at a venue, and the links in their mails."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models.membership import Membership
from orders.models.user import User
from orders.models.venue import Venue
from orders.rules.roles import Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; some of these have run out."""
        return self.filter(accepted_at=None, revoked_at=None)


InvitationManager = models.Manager.from_queryset(InvitationQuerySet)


class Invitation(models.Model):
    """Somebody may join a venue in a role, for some days, until they do or it is withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=80)
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=choices_of(Role))
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    sendings = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )

    objects = InvitationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="orders_invitation_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(Role)), name="orders_invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.id} to {self.venue_id}"

    def has_run_out(self, now: datetime) -> bool:
        return self.expires_at <= now

    def is_open(self, now: datetime) -> bool:
        """Whether its link still lets somebody in."""
        return not (self.accepted_at or self.revoked_at or self.has_run_out(now))

    def accept(self, *, membership: Membership, now: datetime) -> None:
        self.membership, self.accepted_at = membership, now
        self.save(update_fields=["membership", "accepted_at"])

    def revoke(self, *, now: datetime) -> None:
        self.revoked_at = now
        self.save(update_fields=["revoked_at"])

    def renew(self, *, expires_at: datetime, now: datetime) -> None:
        self.sent_at, self.expires_at, self.sendings = now, expires_at, self.sendings + 1
        self.save(update_fields=["sent_at", "expires_at", "sendings"])


class InvitationLink(models.Model):
    """The digest of one link: each mail that leaves carries a token of its own."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of {self.invitation_id}"
