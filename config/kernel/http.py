"""What doors share: typed requests and the translation of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext

from config.kernel.errors import DomainError
from config.kernel.money import Money
from config.kernel.written_money import money_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django_htmx.middleware import HtmxDetails

UNPROCESSABLE = 422
CONFLICT = 409


class StaffRequest(HttpRequest):
    """A request of somebody signed in."""

    user: AbstractBaseUser  # type: ignore[assignment]  # Django types it as user or anonymous.
    htmx: HtmxDetails


class GuestRequest(HttpRequest):
    """A request of a guest's browser, known by its cookie only."""

    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """Done; look there. What follows is a GET, whatever led to it."""

    status_code = 303


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked, and so wants a region rather than a page."""
    return request.headers.get("HX-Request") == "true"


def translated(refusal: DomainError) -> str:
    """The refusal's sentence in the reader's language, amounts as that language writes them."""
    sentence = gettext(refusal.sentence)
    facts = {name: _shown(fact) for name, fact in refusal.facts.items()}
    return sentence % facts if facts else sentence


def _shown(fact: object) -> object:
    return money_text(fact) if isinstance(fact, Money) else fact
