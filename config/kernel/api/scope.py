"""At which of the caller's venues a call is meant to happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request


class HasSlug(Protocol):
    @property
    def slug(self) -> str: ...


class HasVenue(Protocol):
    @property
    def venue(self) -> HasSlug: ...


M = TypeVar("M", bound=HasVenue)


def members_of(request: Request) -> tuple[Any, ...]:
    """Where the caller works, as the authentication classes found it."""
    found: Any = request.auth
    return tuple(found or ())


def find_member(members: Sequence[M], slug: str | None) -> M:
    """Where the caller works, by the venue's slug; without one, their only place.

    :raises NotFound: they do not work there, or there is no such venue; nobody is told which.
    :raises ValidationError: they work at several, and named none.
    """
    if slug is None and len(members) == 1:
        return members[0]
    if slug is None:
        raise ValidationError({"venue": [_("You work at several venues: say which.")]})
    for member in members:
        if member.venue.slug == slug:
            return member
    raise NotFound
