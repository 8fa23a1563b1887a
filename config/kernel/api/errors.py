"""Every failure of the API as JSON with a stable code: never HTML, never a traceback."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied as NoPermission
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from config.kernel.errors import DomainError
from config.kernel.http import translated
from config.kernel.refusals import FIELD_OF, NOT_ALLOWED

logger = logging.getLogger(__name__)
INVALID: Final = "invalid"
_WHOLE: Final = "non_field_errors"
CODES: Final[Mapping[int, str]] = {
    400: INVALID,
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


class TooLarge(exceptions.APIException):
    """The body is longer than any call of ours."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__(_("The body is too large; 64 kB is the most."))


class IdempotencyKeyRequired(exceptions.APIException):
    """A call that moves money came without the key that keeps a repeat from moving it twice."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_required"

    def __init__(self) -> None:
        super().__init__(_("Send an Idempotency-Key: this call moves money."))


def handle_exception(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever stopped a call into the answer its caller can act on."""
    if isinstance(exc, DomainError):
        return _refused(exc, context)
    if isinstance(exc, RequestDataTooBig):
        exc = TooLarge()
    elif isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, NoPermission):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.APIException):
        return _answer(exc)
    return _failure(exc, context)


def _refused(refusal: DomainError, context: Mapping[str, Any]) -> Response:
    """The domain said no: its code and its sentence in the caller's language."""
    sentence = translated(refusal)
    if refusal.code in FIELD_OF:
        field = FIELD_OF[refusal.code]
        body = {"code": INVALID, "detail": sentence, "fields": {field: [sentence]} if field else {}}
        return Response(body, status=status.HTTP_400_BAD_REQUEST)
    code: int = status.HTTP_409_CONFLICT
    if refusal.code == NOT_ALLOWED:
        logger.warning("Not allowed: %s", _call(context))
        code = status.HTTP_403_FORBIDDEN
    return Response({"code": refusal.code, "detail": sentence}, status=code)


def _answer(exc: exceptions.APIException) -> Response:
    headers = {}
    if isinstance(exc, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", "Bearer")
    if isinstance(exc, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, math.ceil(getattr(exc, "wait", None) or 1)))
    if isinstance(exc, exceptions.ValidationError):
        return Response(_invalid(exc.detail), status=exc.status_code)
    body: dict[str, Any] = {"code": _code(exc), "detail": str(exc.detail)}
    if body["code"] == INVALID:
        body["fields"] = {}
    return Response(body, status=exc.status_code, headers=headers)


def _code(exc: exceptions.APIException) -> str:
    if isinstance(exc, IdempotencyKeyRequired):
        return exc.default_code
    return CODES.get(exc.status_code, "refused")


def _invalid(detail: Any) -> dict[str, Any]:
    """Complaints by the path of the field they are about: `amount.minor`, `2.quantity`."""
    fields: dict[str, list[str]] = {}
    _collect(detail, "", fields)
    whole = fields.pop("", [])
    said = whole[0] if whole else _("Some of what was sent is not valid.")
    return {"code": INVALID, "detail": said, "fields": fields}


def _collect(detail: Any, path: str, fields: dict[str, list[str]]) -> None:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            part = "" if name == _WHOLE else str(name)
            _collect(inner, ".".join(filter(None, [path, part])), fields)
        return
    if isinstance(detail, list) and any(isinstance(each, (Mapping, list)) for each in detail):
        for index, inner in enumerate(detail):
            _collect(inner, ".".join(filter(None, [path, str(index)])), fields)
        return
    sentences = detail if isinstance(detail, list) else [detail]
    fields.setdefault(path, []).extend(str(sentence) for sentence in sentences)


def _failure(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Our own fault. The caller learns that, and nothing about our insides."""
    if isinstance(exc, OperationalError):
        logger.warning("The database did not answer in time: %s", exc)
        return Response(
            {"code": "busy", "detail": _("Too much is going on at once. Try again.")},
            status=status.HTTP_503_SERVICE_UNAVAILABLE,
            headers={"Retry-After": "1"},
        )
    logger.error("The API failed: %s", _call(context), exc_info=exc)
    return Response(
        {"code": "server_error", "detail": _("Something went wrong on our side.")},
        status=status.HTTP_500_INTERNAL_SERVER_ERROR,
    )


def _call(context: Mapping[str, Any]) -> str:
    request = context.get("request")
    return f"{request.method} {request.path}" if isinstance(request, Request) else "a call"
