"""The Idempotency-Key header: read it, and give a first answer again."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.kernel.api.errors import IdempotencyKeyRequired
from config.kernel.idempotency import Answer, Asked

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,255}")


def asked(request: Request, *, required: bool = False) -> Asked | None:
    """What is asked for under which key; None for a call without one.

    :raises ValidationError: the key is not 1 to 255 visible ASCII characters.
    :raises IdempotencyKeyRequired: there is none, and this call moves money.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise IdempotencyKeyRequired
        return None
    if not _VISIBLE.fullmatch(key):
        raise ValidationError({HEADER: [_("Use 1 to 255 visible ASCII characters.")]})
    return Asked(key=key, fingerprint=_fingerprint(request))


def respond(answer: Answer) -> Response:
    """An answer on its way out, marked when it was given before."""
    headers = {REPLAYED: "true"} if answer.is_replay else {}
    return Response(answer.data, status=answer.status, headers=headers)


def _fingerprint(request: Request) -> str:
    """The same call has the same one, in whatever order its body's names stand."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()
