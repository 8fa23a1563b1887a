"""Asking parts of the house over HTTP whether they are well."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

OK = 200


def is_there(address: str) -> bool:
    """Whether anything at all answers at an address of ours."""
    return _ask(address) is not None


def fetch(address: str) -> dict[str, Any] | None:
    """The JSON object at an address of ours; None unless the answer is a good one."""
    status, body = _ask(address) or (0, b"")
    if status != OK:
        return None
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def _ask(address: str) -> tuple[int, bytes] | None:
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
