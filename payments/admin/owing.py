"""Views of work: tabs that owe, by age, with their link to send again; and overpaid tabs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import VenueFilter, link
from config.kernel.errors import DomainError
from config.kernel.http import translated
from config.kernel.money import Money
from config.kernel.written_money import NO_BREAK, money_text
from orders.models import Tab, User
from orders.rules.tab_states import TabStatus
from orders.templatetags.display import when_text
from payments.admin.base import ReadOnlyAdmin
from payments.admin.refunds import GoingBack, decide, role_at
from payments.models import OverpaidTab, OwingTab
from payments.rules.ageing import Bucket, bucket_of, due_between
from payments.selectors import owing
from payments.selectors import refunds as refundable
from payments.services import overpayments, requests

BUCKETS = {
    Bucket.NOT_DUE: gettext_lazy("Not due"),
    Bucket.DAYS_1_3: gettext_lazy("1–3 days"),
    Bucket.DAYS_4_7: gettext_lazy("4–7 days"),
    Bucket.DAYS_8_14: gettext_lazy("8–14 days"),
    Bucket.DAYS_15_30: gettext_lazy("15–30 days"),
    Bucket.OVER_30: gettext_lazy("Over 30 days"),
}


MONEY_OF_A_TAB = {
    "payment": gettext_lazy("Cards"),
    "counterpayment": gettext_lazy("Counter"),
    "ledgerentry": gettext_lazy("Ledger"),
}


class AgeFilter(admin.SimpleListFilter):
    title = gettext_lazy("past pay-by date")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(bucket.value, name) for bucket, name in BUCKETS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tab]) -> QuerySet[Tab]:
        asked = self.value()
        if asked is None or asked not in list(Bucket):
            return queryset
        earliest, before = due_between(Bucket(asked), now=clock.now())
        limits = {"due_at__gte": earliest, "due_at__lt": before}
        return queryset.filter(**{name: at for name, at in limits.items() if at is not None})


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


@admin.register(OwingTab)
class OwingTabAdmin(MoneyTabAdmin):
    list_display = [
        "number", "age", "left", "due", "guest", "card", "opened_by", "venue",
        "links",
    ]  # fmt: skip
    list_filter = [AgeFilter, VenueFilter]
    ordering = ["due_at"]
    fields = [
        "number", "venue", "age", "left", "asked", "due", "guest", "card", "label",
        "opened_by", "opened_at", "closed_at", "links",
    ]  # fmt: skip
    actions = ["resend_link"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OwingTab]:
        owed = super().get_queryset(request).filter(status=TabStatus.CLOSED)
        return owing.with_left(owed)

    @admin.display(description=gettext_lazy("age"), ordering="due_at")
    def age(self, row: Tab) -> str:
        assert row.due_at is not None
        return str(BUCKETS[bucket_of(row.due_at, now=clock.now())]).replace(" ", NO_BREAK)

    @admin.action(description=gettext_lazy("Send the link to pay again…"), permissions=["act"])
    def resend_link(self, request: HttpRequest, rows: QuerySet[OwingTab]) -> HttpResponse | None:
        """Show what would be sent to whom; once that is confirmed, send it."""
        if "confirmed" not in request.POST:
            return self._preview(request, rows)
        assert isinstance(request.user, User)
        for tab in rows:
            try:
                message = requests.resend_link(tab_id=tab.pk, by=request.user, now=clock.now())
            except DomainError as refusal:
                self.message_user(request, f"{tab.title}: {translated(refusal)}", messages.ERROR)
            else:
                said = _("%(tab)s: sent to %(email)s.") % {"tab": tab.title, "email": message.to}
                self.message_user(request, said, messages.SUCCESS)
        return None

    def _preview(self, request: HttpRequest, rows: QuerySet[OwingTab]) -> HttpResponse:
        preview = [
            {
                "tab": tab,
                "left": self.left(tab),
                "due": self.due(tab),
                "email": tab.customer.email if tab.customer else "",
            }
            for tab in rows
        ]
        context = self.admin_site.each_context(request) | {
            "title": _("Send the link to pay again"),
            "opts": self.opts,
            "rows": preview,
            "count": sum(1 for each in preview if each["email"]),
        }
        return TemplateResponse(request, "admin/payments/owingtab/resend_link.html", context)


@admin.register(OverpaidTab)
class OverpaidTabAdmin(MoneyTabAdmin):
    list_display = ["number", "too_much", "asked", "guest", "card", "venue", "links"]
    date_hierarchy = "closed_at"
    ordering = ["-closed_at"]
    fields = [*list_display, "opened_by", "opened_at", "closed_at", "settled_at"]
    actions = ["give_back"]

    @admin.action(description=gettext_lazy("Give back what is too much…"), permissions=["act"])
    def give_back(self, request: HttpRequest, rows: QuerySet[OverpaidTab]) -> HttpResponse | None:
        """Show what came in too much; once that is confirmed, give it back."""
        chosen = {tab.pk: tab for tab in rows}

        def give(row: GoingBack, reason: str, _key: str) -> object:
            assert isinstance(request.user, User)
            return overpayments.give_back(
                tab_id=row.pk,
                by=request.user,
                role=role_at(request, self.members(request), chosen[row.pk].venue_id),
                reason=reason,
                now=clock.now(),
            )

        going = [
            GoingBack(pk=pk, what=str(tab), amount=refundable.excess_of(tab), where=_("the card"))
            for pk, tab in chosen.items()
        ]
        return decide(self, request, going, action="give_back", give_back=give)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OverpaidTab]:
        return owing.overpaid(super().get_queryset(request))

    @admin.display(description=gettext_lazy("too much"), ordering="left_minor")
    def too_much(self, row: Any) -> str:
        return money_text(Money(-row.left_minor, row.currency))
