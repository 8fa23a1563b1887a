"""Reminders: one row for each step of a tab's schedule, found by a sweep when its time has come."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from orders.models import Message, Tab, User
from orders.rules.reminder_rules import Tone
from payments.rules.reminder_states import MOVES, ReminderState, SkipReason

# Steps that no schedule has: sent by hand after the last one.
BY_HAND = 100


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def waiting(self) -> Self:
        return self.filter(state=ReminderState.DUE)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)

    def may_have_left(self) -> Self:
        """Sent, perhaps sent, or about to be."""
        gone = (ReminderState.CLAIMED, ReminderState.SENT, ReminderState.UNKNOWN)
        return self.filter(state__in=gone)

    def claimed(self) -> Self:
        return self.filter(state=ReminderState.CLAIMED)


ReminderManager = models.Manager.from_queryset(ReminderQuerySet)


class Reminder(models.Model):
    """One step for one tab. `message` is its latest mail, `tries` how many were written.

    `reason` is why it was skipped; `by` whoever skipped it or sent it by hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="reminders")
    step = models.PositiveSmallIntegerField()
    tone = models.CharField(max_length=8, choices=choices_of(Tone))
    state = models.CharField(
        max_length=8, choices=choices_of(ReminderState), default=ReminderState.DUE
    )
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=choices_of(SkipReason), blank=True)
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="reminder"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReminderManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tab", "step"], name="payments_reminder_step_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(ReminderState)), name="payments_reminder_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReminderState.SKIPPED) | ~Q(reason=""),
                name="payments_reminder_skipped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=ReminderState.DUE),
                name="payments_reminder_due",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state=ReminderState.CLAIMED),
                name="payments_reminder_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.step} of {self.tab_id} ({self.state})"

    def move_to(self, wanted: ReminderState) -> None:
        assert wanted in MOVES[ReminderState(self.state)], f"{self} cannot become {wanted}"
        self.state = wanted

    def wait_until(self, due_at: datetime) -> None:
        """Come back to it later, with whatever is true then."""
        if self.state != ReminderState.DUE:
            self.move_to(ReminderState.DUE)
        self.due_at, self.reason, self.decided_at = due_at, "", None
        self.save(update_fields=["state", "due_at", "reason", "decided_at"])

    def claim(self, *, message: Message, now: datetime, by: User | None = None) -> None:
        """Its mail stands in the outbox."""
        self.move_to(ReminderState.CLAIMED)
        self.message, self.tries, self.decided_at, self.by = message, self.tries + 1, now, by
        self.save(update_fields=["state", "message", "tries", "decided_at", "by"])

    def skip(self, reason: SkipReason, *, now: datetime, by: User | None = None) -> None:
        self.move_to(ReminderState.SKIPPED)
        self.reason, self.decided_at, self.by = reason, now, by
        self.save(update_fields=["state", "reason", "decided_at", "by"])

    def finish(self, state: ReminderState) -> None:
        """What came of its mail."""
        self.move_to(state)
        self.save(update_fields=["state"])
