"""What doors share: typed requests and the translation of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext

from config.kernel.errors import DomainError

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


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked, and so wants a region rather than a page."""
    return request.headers.get("HX-Request") == "true"


def translated(refusal: DomainError) -> str:
    """The refusal's sentence in the reader's language."""
    sentence = gettext(refusal.sentence)
    return sentence % refusal.facts if refusal.facts else sentence
