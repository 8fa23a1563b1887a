"""How staff pages answer: a region for htmx, a page or a redirect for everybody else."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from config.front.web.staff import wants_region
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE
from config.kernel.refusals import FIELD_OF
from config.kernel.tokens import new_short_key
from orders.rules.roles import NotAllowed

OK = 200
DIALOG = "dialog"
MONEY_DIALOG = "money-dialog"


def status_of(refusal: DomainError) -> int:
    """422 for what was typed, 409 for what became of the tab meanwhile.

    :raises NotAllowed: that is for the way in to answer.
    """
    if isinstance(refusal, NotAllowed):
        raise refusal
    return UNPROCESSABLE if refusal.code in FIELD_OF else CONFLICT


def show_dialog(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = OK,
    moves_money: bool = False,
) -> HttpResponse:
    """One decision: as a dialog over the page for htmx, else as a page of its own.

    A dialog that moves money does not close by a tap beside it.
    """
    region = wants_region(request)
    dialog = MONEY_DIALOG if moves_money else DIALOG
    frame = "front/dialogs/_dialog.html" if region else "front/dialogs/page.html"
    context = {"nav": "tabs", "frame": frame, "dialog": dialog, "in_dialog": region} | context
    answer = render(request, template, context, status=status)
    if region:
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#{dialog}", "innerHTML"
        answer["HX-Trigger-After-Swap"] = json.dumps({"open-dialog": f"#{dialog}"})
    return answer


def keep_target(answer: HttpResponse) -> None:
    """Only a part of an open dialog was asked for: it goes where the part stands."""
    for header in ("HX-Retarget", "HX-Reswap", "HX-Trigger-After-Swap"):
        del answer[header]


def say_only(request: HttpRequest) -> HttpResponse:
    """What was said as a toast; the board then fetches itself what has changed."""
    answer = render(request, "front/_toasts.html")
    answer["HX-Reswap"], answer["HX-Trigger"] = "none", "tab-changed"
    return answer


def go_to(request: HttpRequest, name: str, *args: object, status: int = OK) -> HttpResponse:
    """Lead to another page after something was done, or after it turned out to be too late."""
    address = resolve_url(name, *args)
    if not wants_region(request):
        return HttpResponseRedirect(address, status=303)
    answer = HttpResponseClientRedirect(address)
    answer.status_code = status
    return answer


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was filled with; None while it is only looked at. Nothing typed is an answer."""
    return request.POST if request.method == "POST" else None


def fresh_key() -> str:
    """A key for one showing of a form: sent twice, it counts once."""
    return new_short_key(16)
