"""Lists a page at a time, by signed cursors, so that nobody can make up a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 200
PAGING: Final = frozenset({"cursor", "page_size"})
_SALT: Final = "api.cursor"


class Pages(CursorPagination):
    """`{"next", "previous", "results"}`, newest first unless a view says otherwise."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def __init__(self, *ordering: str) -> None:
        super().__init__()
        self.ordering = ordering or ("-opened_at", "-id")

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param, str(PAGE_SIZE))
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LARGEST_PAGE):
            raise ValidationError(
                {"page_size": [_("A whole number from 1 to %(most)s.") % {"most": LARGEST_PAGE}]}
            )
        return int(asked)

    def encode_cursor(self, cursor: Cursor) -> str:
        signed = signing.dumps([cursor.offset, cursor.reverse, cursor.position], salt=_SALT)
        assert self.base_url is not None
        return str(replace_query_param(self.base_url, self.cursor_query_param, signed))

    def decode_cursor(self, request: Request) -> Cursor | None:
        encoded = request.query_params.get(self.cursor_query_param)
        if encoded is None:
            return None
        try:
            offset, reverse, position = signing.loads(encoded, salt=_SALT)
        except signing.BadSignature as error:
            raise ValidationError({"cursor": [_("This cursor is none of ours.")]}) from error
        return Cursor(offset=offset, reverse=reverse, position=position)

    def envelope(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A page as the API says it."""
        return {
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": list(results),
        }


def filters_of(query: QueryDict) -> dict[str, str]:
    """The query without paging.

    :raises ValidationError: a filter stands twice.
    """
    twice = [name for name, values in query.lists() if len(values) > 1]
    if twice:
        raise ValidationError({name: [_("Give this once.")] for name in twice})
    return {name: str(query[name]) for name in query if name not in PAGING}
