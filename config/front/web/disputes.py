"""Disputes, for whoever answers for a venue's money: the list, one of them, its evidence."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from config.front.pages import case, disputes, evidence
from config.front.pages.evidence import Pack
from config.front.paper.evidence import draw_evidence
from config.front.web import answers
from config.front.web.dispute_forms import EvidenceForm
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import UNPROCESSABLE, translated
from orders.models import Membership, User
from orders.rules.roles import Right, Role
from payments.models import Dispute
from payments.services import evidence as answering

PAGE_OF: Final = 50


@require_safe
@staff_page(Right.REVIEW_MONEY)
def dispute_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """What waits for an answer first."""
    rows = disputes.list_of_venue(member.venue)
    page = Paginator(rows, PAGE_OF).get_page(request.GET.get("page"))
    context = _frame(member) | {"page": page, "shown": disputes.show(page, now=clock.now())}
    return render(request, "front/disputes/list.html", context)


@require_safe
@staff_page(Right.REVIEW_MONEY)
def detail(request: HttpRequest, member: Membership, dispute_id: UUID) -> HttpResponse:
    """How it stands, what we know, and what would be handed in."""
    pack = evidence.get_pack(_get(member, dispute_id))
    form = EvidenceForm(initial=case.draft(pack).as_dict())
    return _show(request, member, pack, form)


@require_http_methods(["POST"])
@staff_page(Right.REVIEW_MONEY)
def submission(request: HttpRequest, member: Membership, dispute_id: UUID) -> HttpResponse:
    """Hand the evidence in, in the words on the page."""
    pack = evidence.get_pack(_get(member, dispute_id))
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        return _show(request, member, pack, form, status=UNPROCESSABLE)
    try:
        handed = answering.submit(
            dispute_id=dispute_id,
            by=member.user,
            role=Role(member.role),
            texts=form.texts,
            pack=pack.as_json(),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error(None, translated(refusal))
        fresh = evidence.get_pack(_get(member, dispute_id))
        return _show(request, member, fresh, form, status=answers.status_of(refusal))
    if handed.is_under_way:
        said = gettext("Stripe has not confirmed it yet. We keep asking; do not send it again.")
        messages.warning(request, said)
    else:
        messages.success(request, gettext("The bank has your evidence."))
    return answers.go_to(request, "disputes:detail", member.venue.slug, dispute_id)


@require_safe
@staff_page(Right.REVIEW_MONEY)
def pack_pdf(_request: HttpRequest, member: Membership, dispute_id: UUID) -> HttpResponse:
    """All evidence on paper."""
    pack = evidence.get_pack(_get(member, dispute_id))
    return _download(
        pack,
        draw_evidence(pack.letterhead, pack.sections),
        kind="pdf",
        content_type="application/pdf",
    )


@require_safe
@staff_page(Right.REVIEW_MONEY)
def pack_json(_request: HttpRequest, member: Membership, dispute_id: UUID) -> HttpResponse:
    """All evidence for programs."""
    pack = evidence.get_pack(_get(member, dispute_id))
    body = json.dumps(pack.as_json(), ensure_ascii=False, indent=1).encode()
    return _download(pack, body, kind="json", content_type="application/json")


@require_safe
@login_required
def by_mail(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """The address in a mail, which is short and knows no venue."""
    assert isinstance(request.user, User)
    found = disputes.find_visible(user=request.user, dispute_id=dispute_id)
    if found is None:
        raise Http404
    return redirect("disputes:detail", found.tab.venue.slug, found.id)


def _get(member: Membership, dispute_id: UUID) -> Dispute:
    dispute = disputes.find(venue=member.venue, dispute_id=dispute_id)
    if dispute is None:
        raise Http404
    return dispute


def _show(
    request: HttpRequest,
    member: Membership,
    pack: Pack,
    form: EvidenceForm,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    (shown,) = disputes.show([pack.dispute], now=clock.now())
    context = _frame(member) | {"pack": pack, "form": form, "shown": shown}
    return render(request, "front/disputes/detail.html", context, status=status)


def _download(pack: Pack, body: bytes, *, kind: str, content_type: str) -> HttpResponse:
    name = f"dispute-{pack.bill.tab.number}-{pack.dispute.opened_at:%Y-%m-%d}.{kind}"
    return HttpResponse(
        body,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _frame(member: Membership) -> dict[str, Any]:
    return {"venue": member.venue, "nav": "disputes"}
