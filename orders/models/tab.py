"""Tabs: what one party owes at one venue, from open to settled."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final, Self

from django.db import models
from django.db.models import F, Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from config.kernel.prepared import PlaceFor, Prepared
from config.kernel.tokens import new_share_code, new_short_key
from orders.models.customer import Customer
from orders.models.token_card import TokenCard
from orders.models.user import User
from orders.models.venue import TermsVersion, Venue
from orders.rules.tab_states import ASKED, TabStatus, ensure_back, ensure_move


class TabQuerySet(models.QuerySet["Tab"]):
    def open(self) -> Self:
        return self.filter(status=TabStatus.OPEN)

    def owing(self) -> Self:
        return self.filter(status=TabStatus.CLOSED)

    def overdue(self, now: datetime) -> Self:
        return self.owing().filter(due_at__lt=now)

    def visible_to(self, user: User) -> Self:
        return self.filter(venue__memberships__user=user, venue__memberships__ended_at=None)

    def locking(self) -> Self:
        """Locked as `lock` does, with what it says may come along."""
        return self.select_related("venue", "terms").select_for_update(of=("self",))

    def lock(self, tab_id: uuid.UUID, *, venue_id: uuid.UUID | None = None) -> Tab:
        """The tab, locked until the transaction ends. Lock first, then read anything else.

        Venue and terms come along in the same statement: a tab keeps both for life, so their rows
        cannot be another's after waiting for the lock. Nothing else may be joined here.

        :raises Tab.DoesNotExist: there is none, or with `venue_id` none of that venue.
        """
        if venue_id is None:
            tab = _LOCKED.first(tab_id=tab_id)
        else:
            tab = _LOCKED_AT.first(tab_id=tab_id, venue_id=venue_id)
        if tab is None:
            raise Tab.DoesNotExist
        return tab

    def lock_if_free(self, tab_id: uuid.UUID) -> Tab | None:
        """As `lock`, for sweeps: None if somebody else is at it just now."""
        joined = self.select_related("venue", "terms")
        return joined.select_for_update(of=("self",), skip_locked=True).filter(id=tab_id).first()


TabManager = models.Manager.from_queryset(TabQuerySet)


def _locked(place: PlaceFor) -> TabQuerySet:
    return Tab.objects.filter(id=place("tab_id", models.UUIDField())).locking()


# Every change of a tab begins with one of these.
_LOCKED: Final = Prepared(_locked)
_LOCKED_AT: Final = Prepared(
    lambda place: _locked(place).filter(venue_id=place("venue_id", models.UUIDField()))
)


class Tab(models.Model):
    """What one party has enjoyed at one venue and not yet paid for.

    `version` counts every change of its lines, so that an open payment page can tell that it shows
    an old amount. `total_minor` is the cached sum of the lines, kept by the services that change
    them; after closing it is what was asked for. `rounding_minor` is what a merge or a split needs
    beside the lines (rules/totals.py). `merged_into` has the lines of a merged tab. Whoever opened
    the tab looks after it until somebody else is `in_charge`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="tabs")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=choices_of(TabStatus), default=TabStatus.OPEN)
    label = models.CharField(max_length=60, blank=True)
    guest_name = models.CharField(max_length=80, blank=True)
    guests_count = models.PositiveSmallIntegerField(null=True, blank=True)
    purchase_order = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="tabs"
    )
    token_card = models.ForeignKey(
        TokenCard, on_delete=models.PROTECT, null=True, blank=True, related_name="tabs"
    )
    token_code = models.CharField(max_length=16, blank=True)
    guest_key = models.CharField(max_length=16, unique=True, default=new_short_key)
    share_code = models.CharField(max_length=4, default=new_share_code)
    terms = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_charge = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    closings = models.PositiveSmallIntegerField(default=0)
    request_key = models.CharField(max_length=64, null=True, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    bill_asked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = TabManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "number"], name="orders_tab_number_once"),
            models.UniqueConstraint(
                fields=["venue", "request_key"], name="orders_tab_request_once"
            ),
            models.UniqueConstraint(
                fields=["token_card"],
                condition=Q(status=TabStatus.OPEN),
                name="orders_tab_one_open_per_card",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(TabStatus)), name="orders_tab_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(ASKED))
                | Q(closed_at__isnull=False, due_at__isnull=False),
                name="orders_tab_closed_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("closed_at")),
                name="orders_tab_due_after_close",
            ),
            models.CheckConstraint(
                condition=~Q(status=TabStatus.SETTLED) | Q(settled_at__isnull=False),
                name="orders_tab_settled_has_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["venue", "opened_at"],
                condition=Q(status=TabStatus.OPEN),
                name="orders_tab_open",
            ),
            models.Index(
                fields=["venue", "due_at"],
                condition=Q(status=TabStatus.CLOSED),
                name="orders_tab_owing_due",
            ),
            models.Index(fields=["venue", "-opened_at", "-id"], name="orders_tab_newest"),
            models.Index(fields=["venue", "token_code"], name="orders_tab_token"),
        ]

    def __str__(self) -> str:
        return f"tab {self.number} ({self.status})"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status == TabStatus.OPEN

    @property
    def is_owing(self) -> bool:
        return self.status == TabStatus.CLOSED

    @property
    def had_lines(self) -> bool:
        """Whether anything was ever put on it: every change of its lines is counted."""
        return self.version > 1

    @property
    def is_settled(self) -> bool:
        return self.status == TabStatus.SETTLED

    @property
    def is_void(self) -> bool:
        return self.status == TabStatus.VOID

    @property
    def is_merged(self) -> bool:
        return self.status == TabStatus.MERGED

    @property
    def who(self) -> str:
        """The guest's name as staff know it; empty when nobody gave one."""
        return (self.customer.name if self.customer else "") or self.guest_name

    @property
    def title(self) -> str:
        """How staff speak of the tab: its place, its guest, or its number."""
        return " · ".join(part for part in (self.label, self.who) if part) or f"#{self.number}"

    def is_overdue(self, now: datetime) -> bool:
        return self.is_owing and self.due_at is not None and self.due_at < now

    def move_to(self, wanted: TabStatus) -> None:
        ensure_move(TabStatus(self.status), wanted)
        self.status = wanted

    def close(self, *, total: Money, now: datetime, due_at: datetime) -> None:
        """Freeze the amount and free the card; the code stays, for the guest who scans late."""
        self.move_to(TabStatus.CLOSED)
        self.total_minor, self.closed_at, self.due_at = total.minor, now, due_at
        self.token_card, self.closings, self.version = None, self.closings + 1, self.version + 1
        self.save(
            update_fields=[
                "status", "total_minor", "closed_at", "due_at", "token_card", "closings", "version",
                # Whoever closes may have learned only now where the link is to go.
                "customer",
            ]
        )  # fmt: skip

    def reopen(self) -> None:
        self.move_to(TabStatus.OPEN)
        self.closed_at = self.due_at = None
        self.version += 1
        self.save(update_fields=["status", "closed_at", "due_at", "version"])

    def put_off(self, *, due_at: datetime) -> None:
        """Give the guest more time. What is owed stays what it is."""
        self.due_at = due_at
        self.save(update_fields=["due_at"])

    def refreeze(self, *, total: Money) -> None:
        """Stay closed with another sum, as if it had been reopened and closed in one step."""
        self.total_minor = total.minor
        self.closings, self.version = self.closings + 1, self.version + 1
        self.save(update_fields=["total_minor", "closings", "version"])

    def settle(self, *, now: datetime) -> None:
        self.move_to(TabStatus.SETTLED)
        self.settled_at = now
        self.save(update_fields=["status", "settled_at"])

    def owe_again(self) -> None:
        self.move_to(TabStatus.CLOSED)
        self.settled_at = None
        self.save(update_fields=["status", "settled_at"])

    def void(self, *, now: datetime) -> None:
        self.move_to(TabStatus.VOID)
        self.voided_at, self.token_card, self.version = now, None, self.version + 1
        self.save(update_fields=["status", "voided_at", "token_card", "version"])

    def merge_into(self, other: Tab) -> None:
        """End here: the lines are on another tab. The card is free, its code stays known."""
        self.move_to(TabStatus.MERGED)
        self.merged_into, self.token_card = other, None
        self.total_minor, self.rounding_minor, self.version = 0, 0, self.version + 1
        self.save(
            update_fields=[
                "status", "merged_into", "token_card", "total_minor", "rounding_minor", "version"
            ]
        )  # fmt: skip

    def come_back(self, *, status: TabStatus, rounding: int) -> None:
        """Be again what it was before it was merged."""
        ensure_back(TabStatus(self.status), status)
        self.status, self.merged_into, self.rounding_minor = status, None, rounding
        self.save(update_fields=["status", "merged_into", "rounding_minor"])

    def amend(self, **changes: object) -> None:
        """Take over what was learned about the party: its place, its guest, its card."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    def renew_share_code(self) -> None:
        self.share_code = new_share_code()
        self.save(update_fields=["share_code"])

    def recount(self, *, total: Money) -> None:
        """Take over a new sum of the lines."""
        self.total_minor, self.version = total.minor, self.version + 1
        self.save(update_fields=["total_minor", "version"])
