"""What staff press about the reminders of a tab."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from config.front.web import answers
from config.front.web import tab as tab_page
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from orders.models import Membership
from payments.services import reminder_choices
from payments.services.reminder_choices import ReminderUnknown


@require_POST
@staff_page()
def reminder_list(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """One now."""

    def work() -> str:
        mail = reminder_choices.remind_now(tab_id=tab_id, by=member.user, now=clock.now())
        return gettext("A reminder to %s is on its way") % mail.to

    return _decide(request, member, tab_id, work)


@require_POST
@staff_page()
def skipping(
    request: HttpRequest, member: Membership, tab_id: UUID, reminder_id: UUID
) -> HttpResponse:
    """Not this one."""

    def work() -> str:
        reminder_choices.skip(
            tab_id=tab_id, reminder_id=reminder_id, by=member.user, now=clock.now()
        )
        return gettext("This reminder is left out")

    return _decide(request, member, tab_id, work)


@require_POST
@staff_page()
def stopping(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """None for this guest."""

    def work() -> str:
        reminder_choices.stop(tab_id=tab_id, by=member.user, now=clock.now())
        return gettext("No more reminders for this guest")

    return _decide(request, member, tab_id, work)


@require_POST
@staff_page()
def allowing(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """Mail may go again."""

    def work() -> str:
        reminder_choices.allow(tab_id=tab_id, by=member.user, now=clock.now())
        return gettext("Reminders may go out again")

    return _decide(request, member, tab_id, work)


def _decide(
    request: HttpRequest, member: Membership, tab_id: UUID, work: Callable[[], str]
) -> HttpResponse:
    """Do it and show the tab, or show the tab as it stands and why not."""
    tab = get_tab(member, tab_id)
    try:
        said = work()
    except ReminderUnknown as error:
        raise Http404 from error
    except DomainError as refusal:
        return tab_page.show_afresh(request, member, tab, refusal)
    messages.success(request, said)
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
