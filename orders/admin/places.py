"""Review of venues: how they present themselves, their terms, taxes, cards and keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import ServiceForm, VenueFilter
from config.kernel.written_money import money_text
from orders.admin.base import OrdersAdmin, read_money, report, typed
from orders.models import ApiKey, TaxRate, TermsVersion, TokenCard, Venue
from orders.rules.roles import Right
from orders.rules.terms import SHORTEST_NOTICE_HOURS
from orders.services import api_keys, profiles, terms, tokens, venues
from orders.services.profiles import Profile

PROFILE = (
    "name", "address", "phone", "reply_to", "sends_to_bar", "refunds_excess", "bank_holder",
    "bank_account", "bank_name",
)  # fmt: skip

BANK = (
    ("bank_holder", gettext_lazy("Account holder"), gettext_lazy("As the bank knows it.")),
    (
        "bank_account",
        gettext_lazy("IBAN or account number"),
        gettext_lazy("Guests are offered a bank transfer once this is filled in."),
    ),
    ("bank_name", gettext_lazy("BIC or bank"), gettext_lazy("Such as AIBKIE2D.")),
)


class VenueForm(ServiceForm):
    tips = forms.CharField(
        label=gettext_lazy("Suggested tips"),
        required=False,
        help_text=gettext_lazy("Per cent, separated by commas, such as 5, 10."),
    )

    gift_limit = forms.CharField(
        label=gettext_lazy("Staff may give away a day"),
        max_length=16,
        required=False,
        help_text=gettext_lazy(
            "On the house and discounts together; above it a manager decides. Empty: nothing."
        ),
    )

    class Meta:
        model = Venue
        fields = PROFILE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hint in BANK:
            self.fields[name].label, self.fields[name].help_text = label, hint
        self.fields["refunds_excess"].label = _("Give back by itself what came in too much by card")
        self.fields["tips"].initial = ", ".join(str(each) for each in self.instance.tip_percents)
        self.fields["gift_limit"].initial = typed(self.instance.gift_limit)

    def clean_tips(self) -> tuple[int, ...]:
        parts = self.cleaned_data["tips"].replace(",", " ").split()
        if any(not (part.isascii() and part.isdigit() and len(part) < 4) for part in parts):  # noqa: PLR2004 - 100 is the most.
            raise forms.ValidationError(_("Whole numbers only, such as 5, 10."))
        return tuple(int(part) for part in parts)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        said["gift_limit"] = said.get("gift_limit") or "0"
        said["gift_limit"] = read_money(self, "gift_limit", self.instance.currency)
        return said

    def carry_out(self) -> Venue:
        said = self.cleaned_data
        profile = Profile(
            **{name: said[name] for name in PROFILE},
            tip_percents=said["tips"],
            gift_limit=said["gift_limit"],
        )
        return profiles.describe(venue=self.instance, profile=profile)


@admin.register(Venue)
class VenueAdmin(OrdersAdmin):
    venue_path = ""
    right = Right.EDIT_VENUE
    may_change = True
    form = VenueForm
    list_display = ["name", "kind", "currency", "time_zone"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    readonly_fields = [
        "slug", "kind", "currency", "time_zone", "prices_include_tax", "service_charge_rate",
    ]  # fmt: skip
    fields = [
        "name", "address", "phone", "reply_to", "tips", "sends_to_bar", "refunds_excess",
        "gift_limit", "bank_holder", "bank_account", "bank_name", *readonly_fields,
    ]  # fmt: skip


class TermsForm(ServiceForm):
    new_guest_limit = forms.CharField(label=gettext_lazy("Limit for new guests"), max_length=16)
    regular_limit = forms.CharField(label=gettext_lazy("Limit for regulars"), max_length=16)
    notice_hours = forms.IntegerField(
        label=gettext_lazy("Hours between notice and charge"),
        initial=SHORTEST_NOTICE_HOURS,
        required=False,
    )

    class Meta:
        model = TermsVersion
        fields = ["venue", "days_to_pay", "auto_settles", "notice_hours"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        said["notice_hours"] = said.get("notice_hours") or SHORTEST_NOTICE_HOURS
        if "venue" in said:
            for field in ("new_guest_limit", "regular_limit"):
                said[field] = read_money(self, field, said["venue"].currency)
        return said

    def carry_out(self) -> TermsVersion:
        return terms.add_version(**self.cleaned_data, now=clock.now())


@admin.register(TermsVersion)
class TermsAdmin(OrdersAdmin):
    """Versions are added, never changed: tabs keep the one they were opened under."""

    right = Right.EDIT_VENUE
    may_add = True
    form = TermsForm
    list_display = ["venue", "number", "days_to_pay", "new_guests", "regulars", "created_at"]
    list_select_related = ["venue"]
    list_filter = [VenueFilter]
    ordering = ["venue__name", "-number"]
    search_fields = ["venue__name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [
                "venue", "days_to_pay", "new_guest_limit", "regular_limit", "auto_settles",
                "notice_hours",
            ]  # fmt: skip
        return [
            "venue", "number", "days_to_pay", "new_guests", "regulars", "auto_settles",
            "notice_hours", "created_at",
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else self.get_fields(request, obj)

    @admin.display(description=gettext_lazy("new guests"))
    def new_guests(self, row: TermsVersion) -> str:
        return money_text(row.limit(is_regular=False))

    @admin.display(description=gettext_lazy("regulars"))
    def regulars(self, row: TermsVersion) -> str:
        return money_text(row.limit(is_regular=True))


class TaxRateForm(ServiceForm):
    class Meta:
        model = TaxRate
        fields = ["venue", "name", "rate"]

    def carry_out(self) -> TaxRate:
        return venues.add_tax_rate(**self.cleaned_data)


@admin.register(TaxRate)
class TaxRateAdmin(OrdersAdmin):
    """Rates are added, never changed: lines and items keep the one they have."""

    right = Right.EDIT_CATALOGUE
    may_add = True
    form = TaxRateForm
    list_display = ["name", "rate", "venue"]
    list_select_related = ["venue"]
    list_filter = [VenueFilter]
    search_fields = ["name"]


@admin.register(TokenCard)
class TokenCardAdmin(OrdersAdmin):
    right = Right.EDIT_TOKENS
    list_display = ["code", "venue", "lost_at", "retired_at"]
    list_select_related = ["venue"]
    list_filter = [VenueFilter, ("lost_at", admin.EmptyFieldListFilter)]
    search_fields = ["code"]
    ordering = ["venue__name", "number"]
    fields = ["code", "venue", "lost_at", "retired_at"]
    actions = ["mark_lost", "mark_found"]

    @admin.action(description=gettext_lazy("Mark as lost"), permissions=["act"])
    def mark_lost(self, request: HttpRequest, rows: QuerySet[TokenCard]) -> None:
        def work(card: TokenCard) -> str:
            tokens.mark_lost(venue=card.venue, card_id=card.pk, now=clock.now())
            return _("its code opens nothing any more.")

        report(self, request, rows, work)

    @admin.action(description=gettext_lazy("Mark as found"), permissions=["act"])
    def mark_found(self, request: HttpRequest, rows: QuerySet[TokenCard]) -> None:
        def work(card: TokenCard) -> str:
            tokens.mark_found(venue=card.venue, card_id=card.pk)
            return _("back on the stack.")

        report(self, request, rows, work)


@admin.register(ApiKey)
class ApiKeyAdmin(OrdersAdmin):
    """Keys of other software. Their secrets are not here; nobody has them but their holders."""

    venue_path = "membership__venue"
    right = Right.MANAGE_PEOPLE
    list_display = ["name", "hint", "member", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["membership__user", "membership__venue"]
    list_filter = [VenueFilter, ("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "membership__user__name", "membership__user__email"]
    fields = list_display
    actions = ["revoke"]

    @admin.display(description=gettext_lazy("acts for"))
    def member(self, row: ApiKey) -> str:
        return f"{row.membership.user} · {row.membership.role} · {row.membership.venue}"

    @admin.action(description=gettext_lazy("Revoke"), permissions=["act"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        def work(key: ApiKey) -> str:
            api_keys.revoke(key_id=key.pk, membership=key.membership, now=clock.now())
            return _("opens nothing any more.")

        report(self, request, rows, work)
