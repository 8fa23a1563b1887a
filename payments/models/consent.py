"""What guests agreed to be charged with, in the exact words they agreed to."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from config.kernel.choices import choices_of
from config.kernel.money import Money
from orders.models import Customer, Tab, User, Venue
from payments.models.account import MerchantAccount
from payments.rules.consent_scope import Agreement, ConsentScope
from payments.rules.consent_states import UNFINISHED, ConsentState, can_move


class CardConsentQuerySet(models.QuerySet["CardConsent"]):
    def active(self) -> Self:
        return self.filter(state=ConsentState.ACTIVE)

    def unfinished(self) -> Self:
        return self.filter(state__in=sorted(UNFINISHED))

    def about(self, tab: Tab) -> Self:
        """Of this tab's guest, for this tab or for every one of theirs at this venue."""
        return self.filter(venue_id=tab.venue_id, customer_id=tab.customer_id).filter(
            Q(scope=ConsentScope.EVERY_TAB) | Q(tab_id=tab.id)
        )


CardConsentManager = models.Manager.from_queryset(CardConsentQuerySet)


class CardConsent(models.Model):
    """One person's agreement at one venue, made on the page of `tab`.

    `text` is what was on the page, word for word, and `text_digest` its SHA-256. Address and
    browser are what the request said. `customer_ref` and `card_ref` are the processor's names.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="card_consents")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="card_consents")
    email = models.EmailField()
    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="card_consents")
    scope = models.CharField(max_length=10, choices=choices_of(ConsentScope))
    state = models.CharField(
        max_length=10, choices=choices_of(ConsentState), default=ConsentState.AGREED
    )
    cap_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    until = models.DateTimeField()
    text = models.TextField()
    text_version = models.CharField(max_length=12)
    text_digest = models.CharField(max_length=64)
    locale = models.CharField(max_length=12)
    address = models.CharField(max_length=45)
    user_agent = models.CharField(max_length=300, blank=True)
    browser_digest = models.CharField(max_length=64)
    agreed_at = models.DateTimeField()
    session_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    url = models.TextField(blank=True)
    page_ends_at = models.DateTimeField()
    customer_ref = models.CharField(max_length=120, blank=True)
    card_ref = models.CharField(max_length=120, blank=True)
    card_brand = models.CharField(max_length=24, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    detached_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CardConsentManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ConsentState)), name="payments_consent_state_known"
            ),
            models.CheckConstraint(condition=Q(cap_minor__gt=0), name="payments_consent_capped"),
            models.CheckConstraint(
                condition=~Q(state=ConsentState.ACTIVE) | ~Q(card_ref="") & ~Q(customer_ref=""),
                name="payments_consent_active_has_card",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state=ConsentState.ACTIVE),
                name="payments_consent_one_active",
            ),
        ]
        indexes = [
            models.Index(
                fields=["page_ends_at"],
                condition=Q(state__in=sorted(UNFINISHED)),
                name="payments_consent_unfinished",
            ),
            models.Index(
                fields=["until"],
                condition=Q(state=ConsentState.ACTIVE),
                name="payments_consent_active",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.id} ({self.state})"

    @property
    def cap(self) -> Money:
        return Money(self.cap_minor, self.currency)

    @property
    def sentences(self) -> list[str]:
        """What was agreed to, sentence by sentence."""
        return self.text.splitlines()

    @property
    def is_active(self) -> bool:
        return self.state == ConsentState.ACTIVE

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def agreement(self) -> Agreement:
        """What was agreed, as the rules read it."""
        return Agreement(
            state=ConsentState(self.state),
            venue_id=self.venue_id,
            customer_id=self.customer_id,
            email=self.email,
            tab_id=self.tab_id if self.scope == ConsentScope.THIS_TAB else None,
            cap=self.cap,
            until=self.until,
        )

    def opened(self, *, session_id: str, url: str) -> None:
        """Remember the page on which the card is given, unless news has overtaken us."""
        self.session_id, self.url = session_id, url
        if can_move(ConsentState(self.state), ConsentState.PAGE_OPEN):
            self.state = ConsentState.PAGE_OPEN
        self.save(update_fields=["session_id", "url", "state"])

    def keep_card(self, *, card_ref: str, brand: str, last4: str) -> None:
        """Remember which card it is, whether or not it may be charged."""
        self.card_ref, self.card_brand, self.card_last4 = card_ref, brand, last4
        self.save(update_fields=["card_ref", "card_brand", "card_last4"])

    def activate(self, *, now: datetime) -> bool:
        """From now on the card may be charged; False when it is old news."""
        if not can_move(ConsentState(self.state), ConsentState.ACTIVE):
            return False
        self.state, self.activated_at = ConsentState.ACTIVE, now
        self.save(update_fields=["state", "activated_at"])
        return True

    def end(self, wanted: ConsentState, *, now: datetime, by: User | None = None) -> bool:
        """Nothing may be charged on it any more; False when that was so already."""
        if not can_move(ConsentState(self.state), wanted):
            return False
        self.state, self.ended_at, self.ended_by = wanted, now, by
        self.save(update_fields=["state", "ended_at", "ended_by"])
        return True
