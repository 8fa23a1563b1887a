"""The outbox: every mail, written in the business transaction and sent by a sweep."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from config.kernel.choices import choices_of
from orders.models.invitation import Invitation
from orders.models.mail_stop import MailStop
from orders.models.tab import Tab
from orders.models.venue import Venue
from orders.rules.messages import MessageState
from orders.rules.tab_states import TabStatus


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self, now: datetime) -> Self:
        """Due now, or claimed by a worker that never came back."""
        return self.filter(
            Q(state=MessageState.DUE, due_at__lte=now)
            | Q(state=MessageState.CLAIMED, claimed_until__lte=now)
        )

    def torn(self, now: datetime) -> Self:
        """Handed to the server by a worker that never said what came of it."""
        return self.filter(state=MessageState.SENDING, claimed_until__lte=now)

    def ready_to_remind(self) -> Self:
        """Their tab still owes, and their address has not said no."""
        stops = MailStop.objects.live().filter(venue=OuterRef("venue"), email=OuterRef("to"))
        return self.filter(~Exists(stops), tab__status=TabStatus.CLOSED)


MessageManager = models.Manager.from_queryset(MessageQuerySet)


class Message(models.Model):
    """One mail to one address, with its result.

    `subject`, `text` and `html` hold `[link]` where the guest's own link goes; `link_path` says
    where it leads, with `[token]` in it. A fresh token is minted when the mail leaves and is
    never stored, so a kept copy opens nothing. `stop_path` is where one press ends mails like it.
    `calendar` is an iCalendar file to go with it.

    `is_reminder`: it goes at most once, only while its tab owes, only before `send_before`, never
    to an address that wants none, and after everything else that waits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="messages")
    tab = models.ForeignKey(
        Tab, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    # What another app keeps and the mail is about, if it has a link to that.
    thing_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=24)
    source_key = models.CharField(max_length=120, unique=True)
    to = models.EmailField()
    from_name = models.CharField(max_length=80)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True)
    link_path = models.CharField(max_length=80, blank=True)
    stop_path = models.CharField(max_length=80, blank=True)
    is_reminder = models.BooleanField(default=False)
    send_before = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=9, choices=choices_of(MessageState), default=MessageState.DUE
    )
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(MessageState)), name="orders_message_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=MessageState.DUE), name="orders_message_due"
            ),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state__in=[MessageState.CLAIMED, MessageState.SENDING]),
                name="orders_message_claimed",
            ),
            models.Index(fields=["tab", "created_at"], name="orders_message_of_tab"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"
