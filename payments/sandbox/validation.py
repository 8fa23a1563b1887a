"""Requests checked against the SDK's own parameter types, and refused in Stripe's words."""

from __future__ import annotations

import re
import sys
import types
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, with_config
from stripe._request_options import RequestOptions
from typing_extensions import TypedDict, is_typeddict

from payments.sandbox import wire
from payments.sandbox.errors import ApiError

_INTEGER: Final = re.compile(r"-?\d{1,18}")
_REMOVED: Final = "payment_method_types"
_OPTIONS: Final = frozenset(RequestOptions.__annotations__)


def _integer(value: Any) -> Any:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise ValueError("Invalid integer")


def _boolean(value: Any) -> Any:
    if value in {"true", "false"}:
        return value == "true"
    raise ValueError("Invalid boolean")


_LEAVES: Final[dict[Any, Any]] = {
    int: Annotated[int, BeforeValidator(_integer)],
    bool: Annotated[bool, BeforeValidator(_boolean)],
}


def validate(params: dict[str, Any], declared: type) -> dict[str, Any]:
    """The parameters with their types, or Stripe's refusal.

    :raises ApiError: 400, naming the first parameter that is wrong.
    """
    try:
        checked: dict[str, Any] = _adapter(declared).validate_python(params)
    except ValidationError as error:
        raise _refusal(error, params) from None
    return checked


@cache
def _adapter(declared: type) -> TypeAdapter[Any]:
    return TypeAdapter(_closed(declared))


@cache
def _closed(declared: type) -> Any:
    """The same typed dictionary, with nothing extra, closed enums and strict numbers."""
    own = {name: hint for name, hint in declared.__annotations__.items() if name not in _OPTIONS}
    holder = type("Holder", (), {"__annotations__": own})
    names = vars(sys.modules[declared.__module__])
    hints = get_type_hints(holder, globalns=names, include_extras=True)
    fields = {
        name: hint if get_origin(hint) is not NotRequired else get_args(hint)[0]
        for name, hint in hints.items()
    }
    required = declared.__required_keys__  # type: ignore[attr-defined]  # Typed dictionaries have it.
    closed: Any = TypedDict(  # type: ignore[misc]  # Its fields are known only now.
        declared.__name__,
        {
            name: _strict(hint) if name in required else NotRequired[_strict(hint)]
            for name, hint in fields.items()
        },
    )
    return with_config(ConfigDict(extra="forbid"))(closed)


def _strict(hint: Any) -> Any:
    origin = get_origin(hint)
    if hint in _LEAVES:
        return _LEAVES[hint]
    if is_typeddict(hint):
        return _closed(hint)
    if origin in {Union, types.UnionType}:
        return _union(get_args(hint))
    if origin is list:
        return Annotated[
            list[_strict(get_args(hint)[0])],  # type: ignore[misc]  # A type made while running.
            BeforeValidator(wire.as_list),
        ]
    return hint


def _union(members: tuple[Any, ...]) -> Any:
    """An enum that also says `str` means the enum; the SDK's own object types are never sent."""
    kept = [member for member in members if not _untyped(member)]
    words = [word for member in kept if get_origin(member) is Literal for word in get_args(member)]
    if any(words) and str in kept:
        kept.remove(str)
    return Union[tuple(_strict(member) for member in kept)]  # noqa: UP007  # Members known only now.


def _untyped(member: Any) -> bool:
    return "UntypedStripeObject" in str(member)


def _refusal(error: ValidationError, params: dict[str, Any]) -> ApiError:
    """The most telling of pydantic's complaints, as Stripe would say it."""
    found = [(one, _path(one["loc"], params)) for one in error.errors(include_url=False)]
    found = [pair for pair in found if pair[0]["type"] != "literal_error"] or found
    complaint, path = max(
        found, key=lambda pair: (pair[0]["type"] == "extra_forbidden", len(pair[1]))
    )
    name = wire.name_of(path)
    match complaint["type"]:
        case "extra_forbidden" if path[0] == _REMOVED:
            return removed(name)
        case "extra_forbidden":
            message = f"Received unknown parameter: {name}"
            return ApiError(400, message, code="parameter_unknown", param=name)
        case "missing":
            message = f"Missing required param: {name}."
            return ApiError(400, message, code="parameter_missing", param=name)
        case "value_error" if "integer" in complaint["msg"]:
            message = f"Invalid integer: {complaint['input']}"
            return ApiError(400, message, code="parameter_invalid_integer", param=name)
        case "literal_error":
            wanted = complaint["ctx"]["expected"]
            return ApiError(400, f"Invalid {name}: must be one of {wanted}", param=name)
        case _:
            return ApiError(400, f"Invalid {name}: {complaint['msg']}", param=name)


def removed(name: str) -> ApiError:
    message = (
        "The payment_method_types parameter is no longer supported. Use dynamic payment methods, "
        "allowed_payment_method_types or excluded_payment_method_types."
    )
    return ApiError(400, message, code="payment_method_types_no_longer_supported", param=name)


def _path(location: tuple[int | str, ...], params: Any) -> list[str | int]:
    """Pydantic also names the branch of a union; only what was really sent counts."""
    path: list[str | int] = []
    here = params
    for index, step in enumerate(location):
        known = wire.as_list(here)
        inside = (isinstance(known, dict) and step in known) or (
            isinstance(known, list) and isinstance(step, int) and step < len(known)
        )
        if inside:
            here = known[step]
            path.append(step)
        elif index == len(location) - 1 and isinstance(known, dict):
            path.append(step)
    return path or [str(location[0])]
