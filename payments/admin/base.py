"""What every page about money starts from: it shows, and never lets anybody change a thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from config.kernel.admin import ReviewAdmin, VenueFilter, row_link
from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Membership, User
from orders.rules.roles import Right
from orders.selectors import memberships

_MEMBERS = "_review_members"
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
