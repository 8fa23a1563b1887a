"""What every page about money starts from: it shows, and never lets anybody change a thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.admin import ReviewAdmin, VenueFilter, link, row_link
from config.kernel.money import Money
from config.kernel.written_money import NO_BREAK, money_text
from orders.models import Membership, Tab, User
from orders.rules.roles import Right
from orders.selectors import memberships
from orders.templatetags.display import when_text

_MEMBERS = "_review_members"
MONEY_OF_A_TAB = {
    "payment": gettext_lazy("Cards"),
    "counterpayment": gettext_lazy("Counter"),
    "ledgerentry": gettext_lazy("Ledger"),
}
OF_A_TAB = ["tab__token_code", "tab__guest_name", "tab__customer__name", "tab__customer__email"]


class ReadOnlyAdmin(ReviewAdmin):
    """Money is moved by what happens on tabs and at Stripe, never here, whoever is asking."""

    right = Right.REVIEW_MONEY
    list_filter = [VenueFilter]
    show_full_result_count = False

    def members(self, request: HttpRequest) -> Sequence[Membership]:
        found: Sequence[Membership] | None = getattr(request, _MEMBERS, None)
        if found is None:
            assert isinstance(request.user, User)
            found = memberships.list_for(request.user)
            setattr(request, _MEMBERS, found)
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Pages about one tab link to its rows elsewhere."""
        return lookup == "tab__id" or super().lookup_allowed(lookup, value, request)


class MoneyOfTabAdmin(ReadOnlyAdmin):
    """Rows that belong to a tab and carry amounts in its currency."""

    venue_path = "tab__venue"
    list_select_related = ["tab__venue", "tab__customer"]
    search_fields = OF_A_TAB

    @admin.display(description=gettext_lazy("tab"), ordering="tab__number")
    def of_tab(self, row: Any) -> SafeString | str:
        return row_link(row.tab)

    @admin.display(description=gettext_lazy("venue"), ordering="tab__venue__name")
    def venue_name(self, row: Any) -> str:
        return str(row.tab.venue)

    @admin.display(description=gettext_lazy("amount"), ordering="amount_minor")
    def amount_shown(self, row: Any) -> str:
        return money_text(row.amount)

    @admin.display(description=gettext_lazy("tip"), ordering="tip_minor")
    def tip_shown(self, row: Any) -> str:
        return money_text(Money(row.tip_minor, row.currency))


class MoneyTabAdmin(ReadOnlyAdmin):
    """Tabs seen through their money."""

    list_select_related = ["venue", "customer", "opened_by"]
    search_fields = [
        "number__exact", "token_code", "guest_name", "customer__name", "customer__email",
    ]  # fmt: skip
    date_hierarchy = "due_at"

    @admin.display(description=gettext_lazy("left"), ordering="left_minor")
    def left(self, row: Any) -> str:
        return money_text(Money(row.left_minor, row.currency))

    @admin.display(description=gettext_lazy("asked for"), ordering="total_minor")
    def asked(self, row: Tab) -> str:
        return money_text(row.total)

    @admin.display(description=gettext_lazy("pay by"), ordering="due_at")
    def due(self, row: Tab) -> str:
        local = row.due_at and row.venue.local(row.due_at)
        return when_text(local, "moment").replace(" ", NO_BREAK)

    @admin.display(description=gettext_lazy("guest"), ordering="customer__name")
    def guest(self, row: Tab) -> SafeString:
        email = (row.customer.email if row.customer else "") or _("no address")
        return format_html("{}<br>{}", row.who, email) if row.who else format_html("{}", email)

    @admin.display(description=gettext_lazy("see also"))
    def links(self, row: Tab) -> SafeString:
        """The tab itself and where its money is, on two short lines."""
        page = reverse("tabs:detail", args=[row.venue.slug, row.pk])
        found = [format_html('<a href="{}">{}</a>', page, _("Tab"))]
        found += [
            link(name, f"admin:payments_{model}_changelist", tab__id=row.pk)
            for model, name in MONEY_OF_A_TAB.items()
        ]
        between = f"{NO_BREAK}·{NO_BREAK}"
        pairs = (between.join(found[:2]), between.join(found[2:]))
        # Every part was escaped when it was made; joining adds nothing but a dot.
        return format_html("{}<br>{}", *map(mark_safe, pairs))

    @admin.display(description=gettext_lazy("card"), ordering="token_code")
    def card(self, row: Tab) -> str:
        return row.token_code or "-"
