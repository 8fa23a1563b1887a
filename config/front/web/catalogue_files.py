"""A menu as a file: looked at before it is imported, and written out again."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from config.front.web import answers
from config.front.web.catalogue_forms import UploadForm, refuse
from config.front.web.catalogue_items import PAGE
from config.front.web.staff import staff_page
from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, translated
from orders.models import CatalogueUpload, Membership
from orders.rules.catalogue_files import FileKind
from orders.rules.csv_files import MOST_BYTES
from orders.rules.roles import Right
from orders.selectors import catalogue_export, catalogue_plans
from orders.services import catalogue_import
from orders.services.catalogue_import import MenuChanged, UploadGone

TOO_LARGE: Final = 413
# What a form with a file of the largest size may have around the file.
FORM_AROUND: Final = 16 * 1024
ROWS_A_PAGE: Final = 100
# The parts of an item as people call them.
PARTS: Final = {
    "name": _("name"),
    "price": _("price"),
    "tax": _("tax"),
    "groups": _("choices"),
    "is_available": _("sold out or not"),
    "duration_minutes": _("how long it takes"),
    "expected_result": _("what to expect"),
    "limits": _("what it can’t do"),
}


@csrf_exempt
def files(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file, or take one away.

    A body that is too large is refused before anything reads it, and the check of the form's
    token reads it; so that check comes second, in `_files`.
    """
    answer: HttpResponse = (_too_large if _is_too_large(request) else _files)(request, slug=slug)
    return answer


@csrf_protect
@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def _files(request: HttpRequest, member: Membership) -> HttpResponse:
    if request.method != "POST":
        return _show_form(request, member, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = catalogue_import.keep_upload(
                venue=member.venue,
                by=member.user,
                file_name=sent.name,
                data=sent.read(MOST_BYTES + 1),
                now=clock.now(),
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return answers.go_to(request, "catalogue:upload", member.venue.slug, upload.id)
    return _show_form(request, member, form, status=UNPROCESSABLE)


@staff_page(Right.EDIT_CATALOGUE)
def _too_large(request: HttpRequest, member: Membership) -> HttpResponse:
    form = UploadForm({}, MultiValueDict())
    form.errors["file"] = form.error_class(
        [gettext("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2}]
    )
    return _show_form(request, member, form, status=TOO_LARGE)


@require_http_methods(PAGE)
@staff_page(Right.EDIT_CATALOGUE)
def upload(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """What a file would change; confirmed, what it did change."""
    found = catalogue_plans.find_upload(venue=member.venue, upload_id=upload_id, now=clock.now())
    if found is None:
        raise Http404
    if request.method != "POST":
        return _show(request, member, found)
    try:
        catalogue_import.import_upload(
            upload_id=found.id,
            venue=member.venue,
            by=member.user,
            skip_bad=request.POST.get("skip_bad") == "yes",
            shown=request.POST.get("shown", ""),
            now=clock.now(),
        )
    except UploadGone as error:
        raise Http404 from error
    except MenuChanged as refusal:
        return _show(request, member, found, alert=translated(refusal), status=CONFLICT)
    except DomainError as refusal:
        return _show(request, member, found, alert=translated(refusal), status=UNPROCESSABLE)
    messages.success(request, gettext("%(file)s imported") % {"file": found.file_name})
    return answers.go_to(request, "catalogue:upload", member.venue.slug, found.id)


@require_safe
@staff_page(Right.EDIT_CATALOGUE)  # type: ignore[arg-type]  # A streamed answer is one, too.
def export(_request: HttpRequest, member: Membership, kind: str) -> StreamingHttpResponse:
    """Everything on sale, as a file that can be imported again."""
    if kind not in set(FileKind):
        raise Http404
    lines = catalogue_export.stream_catalogue(venue=member.venue, kind=FileKind(kind))
    answer = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="text/csv; charset=utf-8"
    )
    name = f"{member.venue.slug}-menu-{kind}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES + FORM_AROUND


def _show_form(
    request: HttpRequest, member: Membership, form: UploadForm, *, status: int = answers.OK
) -> HttpResponse:
    context = {"venue": member.venue, "nav": "menu", "form": form}
    return render(request, "orders/catalogue/files.html", context, status=status)


def _show(
    request: HttpRequest,
    member: Membership,
    found: CatalogueUpload,
    *,
    alert: str = "",
    status: int = answers.OK,
) -> HttpResponse:
    context: dict[str, Any] = {"venue": member.venue, "nav": "menu", "upload": found}
    if found.is_applied:
        return render(request, "orders/catalogue/imported.html", context)
    plan = catalogue_plans.get_plan(venue=member.venue, data=bytes(found.content))
    problems = [
        {"line": each.line, "column": each.column, "why": translated(each.why)}
        for each in plan.problems
    ]
    context |= {
        "plan": plan,
        "alert": alert,
        "problems": Paginator(problems, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "new": plan.new[:ROWS_A_PAGE],
        "changed": [
            {"step": step, "parts": [PARTS[part] for part in sorted(step.changes)]}
            for step in plan.changed[:ROWS_A_PAGE]
        ],
    }
    return render(request, "orders/catalogue/preview.html", context, status=status)
