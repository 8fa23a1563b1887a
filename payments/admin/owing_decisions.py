"""What managers do with several owing tabs at once: rehearsed per row, with a reason, then done."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from config.kernel.money import Money
from orders.models import Tab, User
from orders.rules.formula_cells import as_text
from orders.rules.roles import Role
from orders.templatetags.display import when_text
from payments.admin.base import MoneyTabAdmin
from payments.admin.refunds import role_at
from payments.services import extending, reminder_choices, requests, reviewing

# More than anybody reads before pressing the button.
MOST_AT_ONCE: Final = 100


class WhyForm(forms.Form):
    """A reason, kept with each tab."""

    reason = forms.CharField(
        label=gettext_lazy("Why? (kept with the tab)"),
        max_length=reviewing.LONGEST_REASON,
        widget=forms.TextInput({"size": 60, "autocomplete": "off"}),
    )


class ExtendForm(WhyForm):
    until = forms.DateField(
        label=gettext_lazy("New pay-by day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class AddressForm(WhyForm):
    email = forms.EmailField(label=gettext_lazy("New address"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Whoever decides about a tab, as what, when, and what they typed."""

    by: User
    role: Role
    now: datetime
    typed: dict[str, Any]


Work = Callable[[Tab, Hand], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One kind of decision: its title, what has to be typed, and what is done to a tab."""

    name: str
    title: str
    form: type[WhyForm]
    work: Work


def _remind(tab: Tab, hand: Hand) -> str:
    mail = reminder_choices.remind_now(tab_id=tab.pk, by=hand.by, now=hand.now)
    return _("a reminder to %s") % mail.to


def _extend(tab: Tab, hand: Hand) -> str:
    put_off = extending.extend(
        tab_id=tab.pk, by=hand.by, role=hand.role, now=hand.now, until=hand.typed["until"],
        reason=hand.typed["reason"],
    )  # fmt: skip
    return _("to be paid by %s") % when_text(
        put_off.due_at and put_off.venue.local(put_off.due_at), "short"
    )


def _resend(tab: Tab, hand: Hand) -> str:
    return _("mail to %s") % requests.resend_link(tab_id=tab.pk, by=hand.by, now=hand.now).to


def _readdress(tab: Tab, hand: Hand) -> str:
    email = hand.typed["email"]
    mail = requests.resend_link(tab_id=tab.pk, by=hand.by, now=hand.now, email=email)
    return _("a new link to %s; the old one stops working") % mail.to


DECISIONS: Final = {
    each.name: each
    for each in (
        Decision(name="remind_now", title=gettext_noop("Remind now"), form=WhyForm, work=_remind),
        Decision(
            name="extend", title=gettext_noop("Give more time"), form=ExtendForm, work=_extend
        ),
        Decision(
            name="resend_link",
            title=gettext_noop("Send the link to pay again"),
            form=WhyForm,
            work=_resend,
        ),
        Decision(
            name="change_email",
            title=gettext_noop("Send to another address"),
            form=AddressForm,
            work=_readdress,
        ),
    )
}


class OwingDecisions(MoneyTabAdmin):
    """The actions of the list of owing tabs."""

    actions = ["remind_now", "extend", "resend_link", "change_email", "export_csv"]

    @admin.action(description=gettext_lazy("Remind now…"), permissions=["act"])
    def remind_now(self, request: HttpRequest, rows: QuerySet[Tab]) -> HttpResponse | None:
        return self._decide(request, rows, DECISIONS["remind_now"])

    @admin.action(description=gettext_lazy("Give more time…"), permissions=["act"])
    def extend(self, request: HttpRequest, rows: QuerySet[Tab]) -> HttpResponse | None:
        return self._decide(request, rows, DECISIONS["extend"])

    @admin.action(description=gettext_lazy("Send the link to pay again…"), permissions=["act"])
    def resend_link(self, request: HttpRequest, rows: QuerySet[Tab]) -> HttpResponse | None:
        return self._decide(request, rows, DECISIONS["resend_link"])

    @admin.action(description=gettext_lazy("Send to another address…"), permissions=["act"])
    def change_email(self, request: HttpRequest, rows: QuerySet[Tab]) -> HttpResponse | None:
        return self._decide(request, rows, DECISIONS["change_email"], most=1)

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["act"])
    def export_csv(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        """The chosen tabs as a spreadsheet reads them; amounts as numbers with their currency."""
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="owing-tabs.csv"'
        writer = csv.writer(answer)
        writer.writerow(
            ["venue", "number", "guest", "email", "closed_at", "due_at", "asked", "left",
             "currency", "reminders", "disputed", "opened_by"]
        )  # fmt: skip
        for row in rows:
            writer.writerow([as_text(str(cell)) for cell in _cells(row)])
        return answer

    def _decide(
        self, request: HttpRequest, rows: QuerySet[Tab], decision: Decision, *, most: int = 0
    ) -> HttpResponse | None:
        """Ask for a reason and show what would come of each row; once confirmed, do it."""
        tabs = list(rows[: (most or MOST_AT_ONCE) + 1])
        if len(tabs) > (most or MOST_AT_ONCE):
            said = _("Choose %s at most at a time.") % (most or MOST_AT_ONCE)
            self.message_user(request, said, messages.ERROR)
            return None
        is_sent = "confirmed" in request.POST or "rehearsed" in request.POST
        form = decision.form(request.POST if is_sent else None)
        if "confirmed" not in request.POST or not form.is_valid():
            return self._preview(request, tabs, decision, form)
        for tab in tabs:
            self._carry_out(request, tab, decision, form.cleaned_data)
        return None

    def _carry_out(
        self, request: HttpRequest, tab: Tab, decision: Decision, typed: dict[str, Any]
    ) -> None:
        hand = self._hand(request, tab, typed)
        try:
            said = reviewing.decide(
                partial(decision.work, tab, hand),
                tab_id=tab.pk,
                what=decision.name,
                by=hand.by,
                reason=typed["reason"],
                now=hand.now,
            )
        except DomainError as refusal:
            self.message_user(request, f"{tab.title}: {translated(refusal)}", messages.ERROR)
        else:
            self.message_user(request, f"{tab.title}: {said}", messages.SUCCESS)

    def _preview(
        self, request: HttpRequest, tabs: list[Tab], decision: Decision, form: WhyForm
    ) -> HttpResponse:
        typed = form.cleaned_data if form.is_bound and form.is_valid() else {"reason": ""}
        needs = set(form.fields) - set(typed)
        rows = [
            {
                "tab": tab,
                "left": self.left(tab),
                "due": self.due(tab),
                "effect": "" if needs else self._rehearse(request, tab, decision, typed),
            }
            for tab in tabs
        ]
        context = self.admin_site.each_context(request) | {
            "title": _(decision.title),
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "action": decision.name,
            "needs_more": bool(needs),
        }
        status = UNPROCESSABLE if form.is_bound and not form.is_valid() else 200
        return TemplateResponse(request, "admin/payments/decide.html", context, status=status)

    def _rehearse(
        self, request: HttpRequest, tab: Tab, decision: Decision, typed: dict[str, Any]
    ) -> str:
        hand = self._hand(request, tab, typed)
        try:
            return reviewing.rehearse(partial(decision.work, tab, hand))
        except DomainError as refusal:
            return _("nothing: %s") % translated(refusal)

    def _hand(self, request: HttpRequest, tab: Tab, typed: dict[str, Any]) -> Hand:
        assert isinstance(request.user, User)
        role = role_at(request, self.members(request), tab.venue_id)
        return Hand(by=request.user, role=role, now=clock.now(), typed=typed)


def _cells(row: Any) -> list[Any]:
    left = Money(row.left_minor, row.currency)
    email = row.customer.email if row.customer else ""
    return [
        row.venue.slug, row.number, row.who, email, row.closed_at.isoformat(),
        row.due_at.isoformat(), row.total.decimal, left.decimal, row.currency, row.reminded,
        "yes" if row.is_disputed else "no", row.opened_by.get_short_name(),
    ]  # fmt: skip
