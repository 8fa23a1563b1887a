"""Review of what moved: payments by card and at the counter, their receipts, and the ledger."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from config.kernel import clock
from config.kernel.admin import VenueFilter, link, row_link
from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import User
from payments.admin.base import OF_A_TAB, MoneyOfTabAdmin
from payments.admin.refunds import GoingBack, decide, role_at
from payments.models import CounterPayment, LedgerEntry, Payment, PaymentRequest, Receipt
from payments.selectors import refunds as refundable
from payments.services import refunds as giving_back
from payments.services.refunds import RefundWish


@admin.register(Payment)
class PaymentAdmin(MoneyOfTabAdmin):
    list_display = [
        "paid_at", "of_tab", "amount_shown", "tip_shown", "card", "email", "receipt_link",
        "venue_name",
    ]  # fmt: skip
    list_select_related = ["tab__venue", "tab__customer", "receipt"]
    search_fields = [*OF_A_TAB, "intent_id", "charge_id", "email", "receipt__label"]
    date_hierarchy = "paid_at"
    ordering = ["-paid_at"]
    fields = [*list_display, "intent_id", "charge_id", "more"]
    actions = ["give_back"]

    @admin.action(description=gettext_lazy("Give all of it back…"), permissions=["act"])
    def give_back(self, request: HttpRequest, rows: QuerySet[Payment]) -> HttpResponse | None:
        """Show what is left of each payment; once that is confirmed, give it back."""
        chosen = {payment.pk: payment for payment in rows}
        left = {pk: refundable.left_of(payment) for pk, payment in chosen.items()}

        def give(row: GoingBack, reason: str, key: str) -> object:
            assert isinstance(request.user, User)
            payment = chosen[row.pk]
            return giving_back.refund(
                payment_id=payment.pk,
                by=request.user,
                role=role_at(request, self.members(request), payment.tab.venue_id),
                wish=RefundWish(amount=left[row.pk].bill, tip=left[row.pk].tip, reason=reason),
                request_key=key,
                now=clock.now(),
            )

        going = [
            GoingBack(pk=pk, what=str(payment.tab), amount=left[pk].whole, where=self.card(payment))
            for pk, payment in chosen.items()
        ]
        return decide(self, request, going, action="give_back", give_back=give)

    @admin.display(description=gettext_lazy("card"))
    def card(self, row: Payment) -> str:
        return f"{row.card_brand} ···· {row.card_last4}" if row.card_last4 else "-"

    @admin.display(description=gettext_lazy("receipt"))
    def receipt_link(self, row: Payment) -> SafeString | str:
        return row_link(getattr(row, "receipt", None))

    @admin.display(description=gettext_lazy("see also"))
    def more(self, row: Payment) -> SafeString:
        return link(
            gettext_lazy("Ledger of this tab"),
            "admin:payments_ledgerentry_changelist",
            tab__id=row.tab_id,
        )


@admin.register(CounterPayment)
class CounterPaymentAdmin(MoneyOfTabAdmin):
    list_display = [
        "recorded_at", "of_tab", "method", "amount_shown", "tip_shown", "recorded_by",
        "receipt_link", "taken_back", "venue_name",
    ]  # fmt: skip
    list_select_related = [
        "tab__venue", "tab__customer", "recorded_by", "receipt", "reversal__reversed_by",
    ]  # fmt: skip
    list_filter = [VenueFilter, "method"]
    search_fields = [*OF_A_TAB, "recorded_by__name", "receipt__label"]
    date_hierarchy = "recorded_at"
    ordering = ["-recorded_at"]
    fields = [*list_display, "received", "change"]

    @admin.display(description=gettext_lazy("receipt"))
    def receipt_link(self, row: CounterPayment) -> SafeString | str:
        return row_link(getattr(row, "receipt", None))

    @admin.display(description=gettext_lazy("taken back"))
    def taken_back(self, row: CounterPayment) -> str:
        return f"{row.reversal.reversed_by}: {row.reversal.reason}" if row.is_reversed else "-"

    @admin.display(description=gettext_lazy("handed over"))
    def received(self, row: CounterPayment) -> str:
        return money_text(Money(row.received_minor, row.currency))

    @admin.display(description=gettext_lazy("change"))
    def change(self, row: CounterPayment) -> str:
        return money_text(row.change)


@admin.register(Receipt)
class ReceiptAdmin(MoneyOfTabAdmin):
    venue_path = "venue"
    list_display = ["label", "of_tab", "email", "issued_at", "venue"]
    list_select_related = ["venue", "tab__customer"]
    search_fields = ["label", "email", *OF_A_TAB]
    date_hierarchy = "issued_at"
    ordering = ["-issued_at"]
    fields = [*list_display, "payment_link", "says"]

    @admin.display(description=gettext_lazy("payment"))
    def payment_link(self, row: Receipt) -> SafeString | str:
        return row_link(row.payment or row.counter_payment)

    @admin.display(description=gettext_lazy("says"))
    def says(self, row: Receipt) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(row.content, indent=2, ensure_ascii=False))


@admin.register(LedgerEntry)
class LedgerEntryAdmin(MoneyOfTabAdmin):
    venue_path = "venue"
    list_display = [
        "occurred_at", "debit", "credit", "amount_shown", "of_tab", "payment_link", "note", "venue",
    ]  # fmt: skip
    list_select_related = ["venue", "tab__customer", "payment"]
    list_filter = [VenueFilter, "debit", "credit"]
    search_fields = ["source_key", *OF_A_TAB]
    date_hierarchy = "occurred_at"
    ordering = ["-occurred_at", "-id"]
    fields = [*list_display, "source_key"]

    @admin.display(description=gettext_lazy("payment"))
    def payment_link(self, row: LedgerEntry) -> SafeString | str:
        return row_link(row.payment)


@admin.register(PaymentRequest)
class PaymentRequestAdmin(MoneyOfTabAdmin):
    list_display = [
        "created_at",
        "of_tab",
        "state",
        "amount_shown",
        "due_at",
        "email",
        "venue_name",
    ]
    list_filter = [VenueFilter, "state"]
    search_fields = ["email", *OF_A_TAB]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = list_display
