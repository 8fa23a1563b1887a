"""Pages on which managers say when guests are reminded, and in which words."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.front.pages.reminder_settings import list_previews
from config.front.pages.reminding import NAMES
from config.front.web import answers
from config.front.web.outbox import MAIL_POLICY
from config.front.web.reminder_forms import ScheduleForm, TextForm
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from config.kernel.money import Money
from orders.models import Membership
from orders.rules.reminder_rules import ReminderRules, Tone
from orders.rules.roles import Right
from orders.services import terms
from payments.rules.mail_texts import PLACES, ReminderText
from payments.selectors import mail_texts
from payments.services import mail_texts as mail_text_services


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})
@staff_page(Right.EDIT_VENUE)
def schedule(request: HttpRequest, member: Membership) -> HttpResponse:
    """When guests are reminded, and each mail as it would look."""
    newest = member.venue.terms.latest("number")
    form = ScheduleForm(answers.sent(request), rules=newest.reminder_rules)
    if form.is_valid():
        try:
            _add_terms(member, form.rules)
        except DomainError as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, gettext("Saved. Tabs opened from now on follow this."))
            return answers.go_to(request, "reminders:schedule", member.venue.slug)
    status = UNPROCESSABLE if form.is_bound else answers.OK
    context = {
        "form": form,
        "previews": list_previews(member.venue, now=clock.now()),
        "speaks_many": len(settings.LANGUAGES) > 1,
    }
    return _show(request, member, "schedule", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.EDIT_VENUE)
def text(request: HttpRequest, member: Membership, tone: str, language: str) -> HttpResponse:
    """The words of one reminder in one language."""
    now_said = mail_texts.text_of(member.venue, _tone(tone, language), language=language)
    initial = {"subject": now_said.subject, "body": now_said.body}
    form = TextForm(answers.sent(request), initial=initial)
    if form.is_valid():
        try:
            mail_text_services.write(
                venue=member.venue,
                tone=Tone(tone),
                language=language,
                text=ReminderText(**form.cleaned_data),
                by=member.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, gettext("Saved. The next reminder says this."))
            return answers.go_to(request, "reminders:schedule", member.venue.slug)
    status = UNPROCESSABLE if form.is_bound else answers.OK
    context = {
        "form": form,
        "tone": tone,
        "language": language,
        "name": NAMES[tone],
        "places": [f"{{{place}}}" for place in PLACES],
        "is_own": mail_texts.is_own(member.venue, Tone(tone), language=language),
    }
    return _show(request, member, "text", context, status=status)


@require_POST
@staff_page(Right.EDIT_VENUE)
def text_reset(request: HttpRequest, member: Membership, tone: str, language: str) -> HttpResponse:
    """Back to our words."""
    mail_text_services.reset(venue=member.venue, tone=_tone(tone, language), language=language)
    messages.success(request, gettext("Back to the usual words."))
    return answers.go_to(request, "reminders:schedule", member.venue.slug)


@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)
@staff_page(Right.EDIT_VENUE)
def preview(request: HttpRequest, member: Membership, number: int, language: str) -> HttpResponse:
    """The HTML part of one mail, for the frame. Its links lead nowhere."""
    del request
    for each in list_previews(member.venue, now=clock.now()):
        if (each.number, each.language) == (number, language):
            return HttpResponse(each.mail.html.replace("[link]", "#").replace("[stop]", "#"))
    raise Http404


def _tone(tone: str, language: str) -> Tone:
    """:raises Http404: there is no such reminder, or we do not speak that language."""
    if tone not in list(Tone) or language not in dict(settings.LANGUAGES):
        raise Http404
    return Tone(tone)


def _add_terms(member: Membership, rules: ReminderRules) -> None:
    """A new version that differs in its reminders only."""
    newest = member.venue.terms.latest("number")
    currency = member.venue.currency
    terms.add_version(
        venue=member.venue,
        days_to_pay=newest.days_to_pay,
        new_guest_limit=Money(newest.new_guest_limit_minor, currency),
        regular_limit=Money(newest.regular_limit_minor, currency),
        reminders=rules,
        now=clock.now(),
    )


def _show(
    request: HttpRequest,
    member: Membership,
    template: str,
    context: dict[str, Any],
    *,
    status: int,
) -> HttpResponse:
    frame = {"venue": member.venue, "nav": "reminders"}
    return render(request, f"front/reminders/{template}.html", frame | context, status=status)
