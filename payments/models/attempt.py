"""Ways to ask a card for a part of a tab, and what they reserve: a page, or the card on file."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Line, Tab
from payments.models.account import MerchantAccount
from payments.models.consent import CardConsent
from payments.rules.attempt_states import RESERVING, AttemptState, can_move

FIRST_CHECK: Final = timedelta(minutes=3)
LONGEST_CHECK: Final = timedelta(hours=1)


class CheckoutAttemptQuerySet(models.QuerySet["CheckoutAttempt"]):
    def reserving(self) -> Self:
        """Attempts that may still turn into money."""
        return self.filter(state__in=sorted(RESERVING))


CheckoutAttemptManager = models.Manager.from_queryset(CheckoutAttemptQuerySet)


class CheckoutAttempt(models.Model):
    """One payer's way to pay `amount` of the bill and `tip` on one Stripe page.

    `payer_digest` is the payer's browser, so that coming back replaces that payer's own page only.
    With a `consent` there is no page: the card on file is charged without the guest, and the
    attempt is on its way from the moment it is written down.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="checkout_attempts")
    consent = models.ForeignKey(
        CardConsent, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    payer_digest = models.CharField(max_length=64, blank=True)
    payer_email = models.EmailField(blank=True)
    state = models.CharField(
        max_length=10, choices=choices_of(AttemptState), default=AttemptState.PREPARED
    )
    amount_minor = models.PositiveBigIntegerField()
    tip_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    tab_version = models.PositiveIntegerField()
    session_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    url = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_check_at = models.DateTimeField()
    last_decline = models.CharField(max_length=60, blank=True)

    objects = CheckoutAttemptManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payments_attempt_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(AttemptState)), name="payments_attempt_state_known"
            ),
            models.UniqueConstraint(
                fields=["tab", "payer_digest"],
                condition=Q(state__in=[AttemptState.PREPARED, AttemptState.OPEN]),
                name="payments_attempt_one_page_per_payer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tab"],
                condition=Q(state__in=sorted(RESERVING)),
                name="payments_attempt_reserving",
            ),
            models.Index(
                fields=["next_check_at"],
                condition=Q(state__in=sorted(RESERVING)),
                name="payments_attempt_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.id} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def tip(self) -> Money:
        return Money(self.tip_minor, self.currency)

    @property
    def charge(self) -> Money:
        """What the card is asked for: the part of the bill and the tip."""
        return self.amount + self.tip

    @property
    def is_reserving(self) -> bool:
        return self.state in RESERVING

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    @property
    def is_paid(self) -> bool:
        return self.state == AttemptState.PAID

    def move_to(self, wanted: AttemptState) -> bool:
        """Take over news of this attempt; False when it is old news."""
        if not can_move(AttemptState(self.state), wanted):
            return False
        self.state = wanted
        self.save(update_fields=["state"])
        return True

    def checked(self, *, now: datetime) -> None:
        """Ask again after as long as the page has stood, and at the latest when it runs out.

        Never later than in an hour: where nobody could be asked for days, its money is kept from
        every other payer until somebody can.
        """
        runs_out = self.expires_at + timedelta(minutes=1)
        again = now + min(max(now - self.created_at, FIRST_CHECK), LONGEST_CHECK)
        self.next_check_at = again if now >= runs_out else min(again, runs_out)
        self.save(update_fields=["next_check_at"])

    def opened(self, *, session_id: str, url: str) -> None:
        """Remember the page Stripe made, unless news has overtaken us."""
        self.session_id, self.url = session_id, url
        if can_move(AttemptState(self.state), AttemptState.OPEN):
            self.state = AttemptState.OPEN
        self.save(update_fields=["session_id", "url", "state"])


class AttemptLine(models.Model):
    """A line that an attempt pays for as a whole, at what it came to when it was chosen.

    It is reserved with its attempt, and taken for good once that is paid.
    """

    attempt = models.ForeignKey(CheckoutAttempt, on_delete=models.PROTECT, related_name="chosen")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "line"], name="payments_attempt_line_chosen_once"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id} of attempt {self.attempt_id}"
