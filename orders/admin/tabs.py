"""Review of tabs, of what happened on them, and of the mails about them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from config.kernel.admin import VenueFilter, link, row_link
from config.kernel.written_money import money_text
from orders.admin.base import OrdersAdmin
from orders.models import Customer, CustomerEvent, Message, Tab, TabEvent
from orders.rules.messages import MessageState
from orders.templatetags.display import status_text

OF_A_TAB = ["tab__token_code", "tab__guest_name", "tab__customer__email", "tab__label"]


@admin.register(Tab)
class TabAdmin(OrdersAdmin):
    list_display = [
        "number", "title", "token_code", "state", "total_shown", "opened_by", "opened_at", "venue",
    ]  # fmt: skip
    list_select_related = ["venue", "customer", "opened_by"]
    list_filter = [VenueFilter, "status"]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]
    search_fields = ["token_code", "guest_name", "label", "customer__name", "customer__email"]
    show_full_result_count = False
    fields = [
        "number", "venue", "state", "label", "guest_name", "customer", "token_code", "total_shown",
        "opened_by", "opened_at", "closed_at", "due_at", "settled_at", "voided_at", "more",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, row: Tab) -> str:
        return status_text(row.status)

    @admin.display(description=gettext_lazy("total"), ordering="total_minor")
    def total_shown(self, row: Tab) -> str:
        return money_text(row.total)

    @admin.display(description=gettext_lazy("see also"))
    def more(self, row: Tab) -> SafeString:
        return link(
            gettext_lazy("What happened"), "admin:orders_tabevent_changelist", tab__id=row.pk
        )


class TabRowAdmin(OrdersAdmin):
    """Rows that belong to a tab."""

    venue_path = "tab__venue"
    list_select_related = ["tab__venue", "tab__customer"]
    list_filter = [VenueFilter]
    search_fields = OF_A_TAB
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "tab__id" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("tab"), ordering="tab__number")
    def of_tab(self, row: Any) -> SafeString | str:
        return row_link(row.tab)


@admin.register(TabEvent)
class TabEventAdmin(TabRowAdmin):
    list_display = ["at", "of_tab", "kind", "by", "actor", "data"]
    list_select_related = ["tab__venue", "tab__customer", "by"]
    list_filter = [VenueFilter, "kind"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    fields = list_display


class UndeliveredFilter(admin.SimpleListFilter):
    """Mails that somebody waits for in vain."""

    title = gettext_lazy("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("undelivered", gettext_lazy("Undelivered")), ("sent", gettext_lazy("Sent"))]

    def queryset(
        self,
        request: HttpRequest,
        queryset: QuerySet[Message],
    ) -> QuerySet[Message]:
        if self.value() == "undelivered":
            tried = Q(state__in=[MessageState.DUE, MessageState.CLAIMED], attempts__gt=0)
            return queryset.filter(tried | Q(state=MessageState.FAILED))
        return queryset.filter(state=MessageState.SENT) if self.value() == "sent" else queryset


@admin.register(Message)
class MessageAdmin(TabRowAdmin):
    venue_path = "venue"
    list_display = ["created_at", "kind", "to", "subject", "of_tab", "state", "attempts", "result"]
    list_select_related = ["tab__customer"]
    list_filter = [VenueFilter, UndeliveredFilter, "kind"]
    search_fields = ["to", "subject", *OF_A_TAB]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = [
        "kind", "to", "from_name", "reply_to", "subject", "text", "of_tab", "state", "attempts",
        "result", "created_at", "due_at", "sent_at",
    ]  # fmt: skip


@admin.register(Customer)
class CustomerAdmin(OrdersAdmin):
    list_display = ["name", "email", "phone", "venue", "created_at", "page"]
    list_select_related = ["venue"]
    list_filter = [VenueFilter, ("merged_into", admin.EmptyFieldListFilter)]
    search_fields = ["name", "email", "phone", "found_by"]
    ordering = ["name", "email"]
    date_hierarchy = "created_at"
    fields = ["name", "email", "phone", "note", "venue", "created_at", "merged_into", "page"]

    @admin.display(description=gettext_lazy("see also"))
    def page(self, row: Customer) -> SafeString:
        """The page on which staff correct and merge; one that was merged leads on."""
        return link(gettext_lazy("History here"), "customers:detail", row.venue.slug, row.pk)


@admin.register(CustomerEvent)
class CustomerEventAdmin(OrdersAdmin):
    """What was corrected about guests on file, and who was merged with whom."""

    venue_path = "customer__venue"
    list_display = ["at", "customer", "kind", "by", "data"]
    list_select_related = ["customer__venue", "by"]
    list_filter = [VenueFilter, "kind"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    fields = list_display
