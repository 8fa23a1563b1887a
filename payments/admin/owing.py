"""Views of work: tabs that owe, by age and by what was tried; and overpaid tabs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import VenueFilter
from config.kernel.money import Money
from config.kernel.written_money import NO_BREAK, money_text
from orders.models import Tab, User
from orders.rules.tab_states import TabStatus
from payments.admin.base import MoneyTabAdmin
from payments.admin.owing_decisions import OwingDecisions
from payments.admin.refunds import GoingBack, decide, role_at
from payments.models import OverpaidTab, OwingTab
from payments.rules.ageing import Bucket, bucket_of, due_between
from payments.selectors import owing
from payments.selectors import refunds as refundable
from payments.services import overpayments

BUCKETS = {
    Bucket.NOT_DUE: gettext_lazy("Not due"),
    Bucket.DAYS_1_3: gettext_lazy("1–3 days"),
    Bucket.DAYS_4_7: gettext_lazy("4–7 days"),
    Bucket.DAYS_8_14: gettext_lazy("8–14 days"),
    Bucket.DAYS_15_30: gettext_lazy("15–30 days"),
    Bucket.OVER_30: gettext_lazy("Over 30 days"),
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


class RemindersFilter(admin.SimpleListFilter):
    """Where reminders have done what they can, and a person has to decide."""

    title = gettext_lazy("reminders")
    parameter_name = "reminders"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("over", gettext_lazy("After the last one")),
            ("coming", gettext_lazy("More to come")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tab]) -> QuerySet[Tab]:
        if self.value() == "over":
            return owing.left_to_managers(queryset, now=clock.now())
        return owing.still_reminded(queryset) if self.value() == "coming" else queryset


@admin.register(OwingTab)
class OwingTabAdmin(OwingDecisions):
    list_display = [
        "number", "age", "left", "due", "guest", "reminders", "card", "opened_by", "venue",
        "links",
    ]  # fmt: skip
    list_filter = [AgeFilter, RemindersFilter, VenueFilter]
    ordering = ["due_at"]
    fields = [
        "number", "venue", "age", "left", "asked", "due", "guest", "reminders", "card", "label",
        "opened_by", "opened_at", "closed_at", "links",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[OwingTab]:
        owed = super().get_queryset(request).filter(status=TabStatus.CLOSED)
        return owing.with_reminding(owing.with_left(owed))

    @admin.display(description=gettext_lazy("age"), ordering="due_at")
    def age(self, row: Tab) -> str:
        assert row.due_at is not None
        return str(BUCKETS[bucket_of(row.due_at, now=clock.now())]).replace(" ", NO_BREAK)

    @admin.display(description=gettext_lazy("reminders"), ordering="reminded")
    def reminders(self, row: Any) -> str:
        """How many went out; and whether a bank argues, for then none do."""
        return _("%s, disputed") % row.reminded if row.is_disputed else str(row.reminded)


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
