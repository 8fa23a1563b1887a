"""Reads JSON bodies and nothing else: small, shallow, every name once, numbers that are numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import IO, Any, Final, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from config.kernel.api.errors import TooLarge

LARGEST_BODY: Final = 64 * 1024
DEEPEST: Final = 12
LONGEST_NUMBER: Final = 24


class StrictJSONParser(BaseParser):
    """What Python's own reader lets through silently is refused here with 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002  # DRF's signature.
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {}).get("request")
        declared = request.META.get("CONTENT_LENGTH") if request is not None else None
        if declared and int(declared) > LARGEST_BODY:
            raise TooLarge
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """:raises ParseError: it is not JSON as we take it."""
    try:
        data = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_no_constant,
        )
    except RecursionError as error:
        raise ParseError(_("The body is nested too deeply.")) from error
    except ValueError as error:
        raise ParseError(_("The body is not valid JSON in UTF-8.")) from error
    _check(data)
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError(_("A name stands twice in one object."))
    return found


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ParseError(_("A number is too long."))
    return int(text)


def _number(text: str) -> float:
    # Fields refuse fractions by their own name; only what is no number at all stops here.
    number = float(text)
    if not math.isfinite(number):
        raise ParseError(_("A number is too long."))
    return number


def _no_constant(_text: str) -> NoReturn:
    raise ParseError(_("NaN and Infinity are no numbers of JSON."))


def _check(data: Any) -> None:
    """Level by level, so that depth cannot exhaust the stack."""
    level = [data]
    for _depth in range(DEEPEST):
        for text in level:
            if isinstance(text, str):
                _check_text(text)
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise ParseError(_("The body is nested too deeply."))


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else ()


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ParseError(_("Text must not hold null characters or halves of characters."))
