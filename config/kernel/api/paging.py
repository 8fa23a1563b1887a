"""Lists a page at a time, by signed cursors, so that nobody can make up a position.

A cursor names the row a page starts after by every field of the order, so rows that come or go in
between shift nothing, and no page costs more than the first.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 200
PAGING: Final = frozenset({"cursor", "page_size"})
R = TypeVar("R", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page starts: after a row, or with `is_back` before it."""

    is_back: bool
    values: Sequence[Any]


class Pages:
    """One page of a list in one order; the last field of the order tells rows apart."""

    def __init__(self, request: Request, *order: str) -> None:
        self.request = request
        self.order = order
        self.size = _page_size(request)
        self.cursor = self._read_cursor()
        self.links: dict[str, str | None] = {"next": None, "previous": None}

    def page(self, rows: QuerySet[R]) -> list[R]:
        """The rows of the page that was asked for."""
        is_back = self.cursor is not None and self.cursor.is_back
        order = [_turned(name) for name in self.order] if is_back else self.order
        if self.cursor is not None:
            rows = rows.filter(_beyond(order, self.cursor.values))
        found = list(rows.order_by(*order)[: self.size + 1])
        has_more, found = len(found) > self.size, found[: self.size]
        if is_back:
            found.reverse()
        if found:
            came_from = self.cursor is not None
            self._link("next", found[-1], wanted=came_from if is_back else has_more)
            self._link("previous", found[0], wanted=has_more if is_back else came_from)
        return found

    def envelope(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A page as the API says it."""
        return {**self.links, "results": list(results)}

    def _link(self, name: str, row: Model, *, wanted: bool) -> None:
        if not wanted:
            return
        values = [str(getattr(row, field.lstrip("-"))) for field in self.order]
        signed = signing.dumps([name == "previous", values], salt=self._salt)
        here = self.request.build_absolute_uri()
        self.links[name] = str(replace_query_param(here, "cursor", signed))

    def _read_cursor(self) -> Cursor | None:
        signed = self.request.query_params.get("cursor")
        if signed is None:
            return None
        try:
            is_back, values = signing.loads(signed, salt=self._salt)
        except signing.BadSignature as error:
            raise ValidationError({"cursor": [_("This cursor is none of ours.")]}) from error
        return Cursor(is_back=is_back, values=values)

    @property
    def _salt(self) -> str:
        """A cursor of one order means nothing in another."""
        return f"api.cursor:{','.join(self.order)}"


def filters_of(query: QueryDict) -> dict[str, str]:
    """The query without paging.

    :raises ValidationError: a filter stands twice.
    """
    twice = [name for name, values in query.lists() if len(values) > 1]
    if twice:
        raise ValidationError({name: [_("Give this once.")] for name in twice})
    return {name: str(query[name]) for name in query if name not in PAGING}


def _page_size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LARGEST_PAGE):
        raise ValidationError(
            {"page_size": [_("A whole number from 1 to %(most)s.") % {"most": LARGEST_PAGE}]}
        )
    return int(asked[:9])


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after this one: further in one field, and level in all before it."""
    fields = [name.lstrip("-") for name in order]
    further = ["lt" if name.startswith("-") else "gt" for name in order]
    steps = []
    for place, (field, lookup) in enumerate(zip(fields, further, strict=True)):
        level = dict(zip(fields[:place], values, strict=False))
        steps.append(Q(**level, **{f"{field}__{lookup}": values[place]}))
    # Said again for the first field alone, so that an index can be entered at the right place.
    return Q(**{f"{fields[0]}__{further[0]}e": values[0]}) & reduce(operator.or_, steps)
