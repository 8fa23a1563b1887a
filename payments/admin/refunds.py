"""Review of refunds, and giving money back: shown first, with a reason, then done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.admin import VenueFilter, row_link
from config.kernel.errors import DomainError
from config.kernel.http import translated
from config.kernel.money import Money
from config.kernel.tokens import new_short_key
from config.kernel.written_money import money_text
from orders.models import Membership, User
from orders.rules.roles import Role
from payments.admin.base import OF_A_TAB, MoneyOfTabAdmin
from payments.models import Refund


@admin.register(Refund)
class RefundAdmin(MoneyOfTabAdmin):
    list_display = [
        "created_at", "of_tab", "state", "amount_shown", "tip_shown", "origin", "reason",
        "requested_by", "venue_name",
    ]  # fmt: skip
    list_select_related = ["tab__venue", "tab__customer", "requested_by"]
    list_filter = [VenueFilter, "state", "origin"]
    search_fields = [*OF_A_TAB, "external_id", "reason"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    fields = [
        *list_display,
        "of_payment",
        "excess_shown",
        "failure",
        "external_id",
        "finished_at",
    ]

    @admin.display(description=gettext_lazy("payment"))
    def of_payment(self, row: Refund) -> SafeString | str:
        return row_link(row.payment)

    @admin.display(description=gettext_lazy("of it, too much"))
    def excess_shown(self, row: Refund) -> str:
        return money_text(row.excess)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingBack:
    """One row of a preview: what would go back, and where to."""

    pk: UUID
    what: str
    amount: Money
    where: str


def role_at(request: HttpRequest, members: Iterable[Membership], venue_id: UUID) -> Role:
    """As what somebody acts at a venue; whoever runs the house acts as its owner."""
    assert isinstance(request.user, User)
    roles = [Role(member.role) for member in members if member.venue_id == venue_id]
    return roles[0] if roles else Role.OWNER if request.user.is_superuser else Role.STAFF


def decide(
    page: ModelAdmin[Any],
    request: HttpRequest,
    rows: Iterable[GoingBack],
    *,
    action: str,
    give_back: Callable[[GoingBack, str, str], object],
) -> HttpResponse | None:
    """Show what would go back; once it is confirmed with a reason, give it back row by row.

    `give_back` gets the row, the reason, and a key under which a second press does nothing.
    """
    reason = request.POST.get("reason", "").strip()
    if "confirmed" not in request.POST or not reason:
        return _preview(page, request, rows, action=action)
    for row in rows:
        try:
            give_back(row, reason, request.POST.get("request_key", "") or new_short_key(16))
        except DomainError as refusal:
            page.message_user(request, f"{row.what}: {translated(refusal)}", messages.ERROR)
        else:
            said = _("%(what)s: %(amount)s is on its way back.")
            facts = {"what": row.what, "amount": money_text(row.amount)}
            page.message_user(request, said % facts, messages.SUCCESS)
    return None


def _preview(
    page: ModelAdmin[Any], request: HttpRequest, rows: Iterable[GoingBack], *, action: str
) -> HttpResponse:
    context = page.admin_site.each_context(request) | {
        "title": _("Give money back"),
        "opts": page.opts,
        "rows": list(rows),
        "action": action,
        "is_unclear": "confirmed" in request.POST,
        "request_key": request.POST.get("request_key") or new_short_key(16),
    }
    status = 422 if context["is_unclear"] else 200
    return TemplateResponse(request, "admin/payments/give_back.html", context, status=status)
