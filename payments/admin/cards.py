"""Review of cards on file: what guests agreed to, and the tabs that settle themselves."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from config.kernel.admin import VenueFilter, row_link
from config.kernel.written_money import money_text
from payments.admin.base import MoneyOfTabAdmin, ReadOnlyAdmin
from payments.models import AutoSettlement, CardConsent


@admin.register(CardConsent)
class CardConsentAdmin(ReadOnlyAdmin):
    list_display = [
        "agreed_at", "customer", "state", "scope", "cap_shown", "until", "card_last4", "of_tab",
        "venue",
    ]  # fmt: skip
    list_select_related = ["venue", "customer", "tab__venue", "tab__customer"]
    list_filter = [VenueFilter, "state", "scope"]
    search_fields = ["email", "customer__name", "card_last4", "tab__token_code"]
    date_hierarchy = "agreed_at"
    ordering = ["-agreed_at"]
    fields = [
        *list_display, "email", "text", "text_version", "text_digest", "locale", "address",
        "user_agent", "activated_at", "ended_at", "ended_by", "detached_at",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("at most"), ordering="cap_minor")
    def cap_shown(self, row: CardConsent) -> str:
        return money_text(row.cap)

    @admin.display(description=gettext_lazy("tab"), ordering="tab__number")
    def of_tab(self, row: CardConsent) -> SafeString | str:
        return row_link(row.tab)


@admin.register(AutoSettlement)
class AutoSettlementAdmin(MoneyOfTabAdmin):
    """Those in the state "needs customer" want a look: the card gave nothing."""

    list_display = [
        "charge_at", "of_tab", "state", "why", "told_shown", "tries", "venue_name",
    ]  # fmt: skip
    list_filter = [VenueFilter, "state", "why"]
    date_hierarchy = "charge_at"
    ordering = ["-charge_at"]
    fields = [
        *list_display,
        "consent",
        "notice_hours",
        "notice",
        "next_at",
        "charge_ref",
        "ended_at",
    ]

    @admin.display(description=gettext_lazy("told"), ordering="told_minor")
    def told_shown(self, row: AutoSettlement) -> str:
        return money_text(row.told)
