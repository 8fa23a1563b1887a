"""What the OpenAPI document says of every call: its failures, and the header it may carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from config.kernel.api.errors import CODES

F = TypeVar("F", bound=Callable[..., Any])
_KEY: Final = OpenApiParameter(
    name="Idempotency-Key",
    type=OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    description="1–255 visible ASCII characters. The same key and body get the first answer again.",
)
_REPLAYED: Final = OpenApiParameter(
    name="Idempotent-Replayed",
    type=OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    response=True,
    description="`true` when this is the first answer given again.",
)
_OF_READING: Final = (400, 401, 403, 404, 405, 406, 429)
_OF_WRITING: Final = (400, 401, 403, 404, 405, 406, 409, 413, 415, 429)
_OF_KEYS: Final = ("idempotency_key_reused", "idempotency_in_progress")
LIST_PARAMETERS: Final = (
    OpenApiParameter("cursor", str, description="Where the page starts; taken from `next`."),
    OpenApiParameter("page_size", int, description="1 to 200; 50 if not given."),
)


class Problem(serializers.Serializer[Any]):
    """Why a call did nothing. `code` is stable; `detail` is for people."""

    code = serializers.CharField()
    detail = serializers.CharField()


class Invalid(Problem):
    """What was wrong with the input, by field."""

    fields_ = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `fields` is taken by DRF itself.
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


def reads(
    answer: Any,
    *,
    tag: str,
    name: str,
    summary: str,
    parameters: Sequence[Any] = (),
    media: str = "application/json",
) -> Callable[[F], F]:
    """Describe a GET; `name` is what generated clients call it."""
    return extend_schema(
        tags=[tag],
        operation_id=name,
        summary=summary,
        parameters=list(parameters),
        responses={(200, media): answer} | {code: _problem(code, ()) for code in _OF_READING},
    )


def writes(
    answer: Any,
    *,
    tag: str,
    name: str,
    summary: str,
    request: Any,
    status: int = 200,
    refusals: Sequence[str] = (),
) -> Callable[[F], F]:
    """Describe a POST, PUT or PATCH, with the codes the domain may refuse it with."""
    return extend_schema(
        tags=[tag],
        operation_id=name,
        summary=summary,
        request=request,
        parameters=[_KEY, _REPLAYED],
        responses={status: answer} | {code: _problem(code, refusals) for code in _OF_WRITING},
    )


def _problem(status: int, refusals: Sequence[str]) -> OpenApiResponse:
    if status == 409:  # noqa: PLR2004  # Named by HTTP.
        codes = ", ".join(f"`{code}`" for code in (*refusals, *_OF_KEYS))
        return OpenApiResponse(Problem, description=f"Refused: {codes}.")
    shape = Invalid if CODES[status] == "invalid" else Problem
    return OpenApiResponse(shape, description=f"`{CODES[status]}`")
