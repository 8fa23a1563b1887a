"""What staff press about a tab that settles itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from config.front.web import answers
from config.front.web import tab as tab_page
from config.front.web.staff import get_tab, staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from orders.models import Membership
from payments.services import auto_settlement


@require_POST
@staff_page()
def stop(request: HttpRequest, member: Membership, tab_id: UUID) -> HttpResponse:
    """The guest pays this one by the link."""
    tab = get_tab(member, tab_id)
    try:
        auto_settlement.stop(tab_id=tab.id, by=member.user, now=clock.now())
    except DomainError as refusal:
        return tab_page.show_afresh(request, member, tab, refusal)
    messages.success(request, gettext("The card is not charged. The guest gets the link."))
    return answers.go_to(request, "tabs:detail", member.venue.slug, tab.id)
