"""Review of what Stripe was asked and what it said, for the day something looks wrong."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import VenueFilter, row_link
from payments.admin.base import MoneyOfTabAdmin, ReadOnlyAdmin
from payments.models import (
    CheckoutAttempt,
    Dispute,
    GatewayOperation,
    InboxEvent,
    Payment,
    UnhandledEvent,
)
from payments.rules.inbox_states import InboxState
from payments.services import inbox


@admin.register(CheckoutAttempt)
class CheckoutAttemptAdmin(MoneyOfTabAdmin):
    list_display = [
        "created_at", "of_tab", "state", "amount_shown", "tip_shown", "last_decline", "expires_at",
        "venue_name",
    ]  # fmt: skip
    list_filter = [VenueFilter, "state"]
    search_fields = ["session_id", "payer_email", "tab__token_code", "tab__guest_name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = [*list_display, "payer_email", "session_id", "tab_version", "next_check_at"]


@admin.register(GatewayOperation)
class GatewayOperationAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "kind", "state", "of_tab", "tries", "error", "finished_at", "venue",
    ]  # fmt: skip
    list_select_related = ["venue", "tab__customer"]
    list_filter = [VenueFilter, "state", "kind"]
    search_fields = ["subject_id", "tab__token_code", "error"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = [*list_display, "key", "subject_id", "seq"]

    @admin.display(description=gettext_lazy("tab"), ordering="tab__number")
    def of_tab(self, row: GatewayOperation) -> SafeString | str:
        return row_link(row.tab) if row.tab else ""


class EventAdmin(ReadOnlyAdmin):
    """A venue's are those about its own pages, payments and disputes; the account may be shared."""

    list_display = ["received_at", "type", "state", "tries", "next_try_at", "error", "source"]
    list_filter = ["state", "source", "livemode"]
    search_fields = ["event_id", "object_id", "type", "error"]
    date_hierarchy = "received_at"
    ordering = ["-received_at"]
    fields = [
        *list_display,
        "event_id",
        "object_id",
        "livemode",
        "happened_at",
        "handled_at",
        "raw",
    ]
    actions = ["retry_now"]

    def rows_of(self, rows: QuerySet[InboxEvent], venues: frozenset[UUID]) -> QuerySet[InboxEvent]:
        pages = CheckoutAttempt.objects.filter(tab__venue__in=venues)
        payments = Payment.objects.filter(tab__venue__in=venues)
        disputes = Dispute.objects.filter(tab__venue__in=venues)
        return rows.filter(
            Q(account__venue__in=venues)
            | Exists(pages.filter(session_id=OuterRef("object_id")))
            | Exists(payments.filter(intent_id=OuterRef("object_id")))
            | Exists(disputes.filter(dispute_id=OuterRef("object_id")))
        )

    def is_within_reach(self, request: HttpRequest, row: InboxEvent | None) -> bool:  # type: ignore[override]  # Only its own rows.
        if row is None or self.reach(request) is None:
            return super().is_within_reach(request, None)
        return self.get_queryset(request).filter(pk=row.pk).exists()

    @admin.action(description=gettext_lazy("Try again now"), permissions=["act"])
    def retry_now(self, request: HttpRequest, rows: QuerySet[InboxEvent]) -> None:
        for event in rows.exclude(state__in=[InboxState.DONE, InboxState.IGNORED]):
            inbox.handle(event_id=event.pk, now=clock.now())
            event.refresh_from_db()
            done = event.state in {InboxState.DONE, InboxState.IGNORED}
            self.message_user(
                request,
                f"{event.event_id}: " + (_("made sense of.") if done else event.error),
                messages.SUCCESS if done else messages.ERROR,
            )


@admin.register(InboxEvent)
class InboxEventAdmin(EventAdmin):
    """Every event Stripe told us."""


@admin.register(UnhandledEvent)
class UnhandledEventAdmin(EventAdmin):
    """Events that could not be made sense of yet."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnhandledEvent]:
        waiting = [InboxState.FAILED, InboxState.DEFERRED]
        return super().get_queryset(request).filter(state__in=waiting)
