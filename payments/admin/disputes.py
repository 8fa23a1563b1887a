"""Review of disputes: until when the bank waits, for what, and what was handed in."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.admin import VenueFilter, link, row_link
from config.kernel.written_money import money_text
from payments.admin.base import OF_A_TAB, MoneyOfTabAdmin
from payments.models import Dispute, DisputeEvidence
from payments.rules.dispute_words import reason_of


@admin.register(Dispute)
class DisputeAdmin(MoneyOfTabAdmin):
    list_display = [
        "due_at", "of_tab", "state", "amount_shown", "why", "opened_at", "evidence_link",
        "venue_name",
    ]  # fmt: skip
    list_select_related = ["tab__venue", "tab__customer", "payment"]
    list_filter = [VenueFilter, "state", "reason"]
    search_fields = [*OF_A_TAB, "dispute_id", "payment__intent_id"]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]
    fields = [
        *list_display, "dispute_id", "payment_link", "withheld", "is_refundable", "closed_at",
        "due_told_at", "next_check_at", "handed_in",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("why"), ordering="reason")
    def why(self, row: Dispute) -> str:
        return _(reason_of(row.reason))

    @admin.display(description=gettext_lazy("evidence"))
    def evidence_link(self, row: Dispute) -> SafeString:
        return link(gettext_lazy("Evidence"), "dispute", row.pk)

    @admin.display(description=gettext_lazy("payment"))
    def payment_link(self, row: Dispute) -> SafeString | str:
        return row_link(row.payment)

    @admin.display(description=gettext_lazy("held by the bank"))
    def withheld(self, row: Dispute) -> str:
        return money_text(row.withheld)

    @admin.display(description=gettext_lazy("handed in"))
    def handed_in(self, row: Dispute) -> SafeString | str:
        found = row.evidence.filter(refused="").first()
        return row_link(found) if found else "-"


@admin.register(DisputeEvidence)
class DisputeEvidenceAdmin(MoneyOfTabAdmin):
    """Word for word what the bank got, and what was known then."""

    venue_path = "dispute__tab__venue"
    list_display = ["submitted_at", "of_dispute", "submitted_by", "arrived_at", "refused"]
    list_select_related = ["dispute__tab__venue", "submitted_by"]
    search_fields = ["dispute__dispute_id", "submitted_by__name"]
    date_hierarchy = "submitted_at"
    ordering = ["-submitted_at"]
    fields = [*list_display, "said", "known"]

    @admin.display(description=gettext_lazy("dispute"))
    def of_dispute(self, row: DisputeEvidence) -> SafeString | str:
        return row_link(row.dispute)

    @admin.display(description=gettext_lazy("texts"))
    def said(self, row: DisputeEvidence) -> SafeString:
        return _laid_out(row.texts)

    @admin.display(description=gettext_lazy("what was known"))
    def known(self, row: DisputeEvidence) -> SafeString:
        return _laid_out(row.pack)


def _laid_out(content: object) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(content, indent=2, ensure_ascii=False))
