"""Whether an answer has exactly the shape that the SDK's own classes promise."""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from inspect import get_annotations
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

import stripe
import stripe.checkout

KINDS: dict[str, type] = {
    "account": stripe.Account,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "mandate": stripe.Mandate,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "webhook_endpoint": stripe.WebhookEndpoint,
}
SCALARS: dict[Any, Any] = {int: int, str: str, bool: bool, float: (int, float), Decimal: str}


def problems(body: Any) -> list[str]:
    """Everything wrong with an answer: an object, a list of them, or an error around one."""
    return list(_object(body, body.get("object", "?") if isinstance(body, dict) else "?"))


def _object(body: Any, path: str) -> Iterator[str]:
    if "error" in body:
        for name in {"payment_intent", "payment_method", "setup_intent"} & set(body["error"]):
            yield from _object(body["error"][name], f"{path}.error.{name}")
    elif body.get("deleted") is True:
        yield from _keys(body, {"id", "object", "deleted"}, path)
    elif body["object"] == "list":
        yield from _keys(body, {"object", "data", "has_more", "url"}, path)
        yield from _each(body["data"], path)
    else:
        yield from _instance(KINDS[body["object"]], body, path)
    if body.get("object") == "event":
        yield from _object(body["data"]["object"], f"{path}.data.object")


def _each(bodies: list[Any], path: str) -> Iterator[str]:
    for index, one in enumerate(bodies):
        yield from _object(one, f"{path}.data[{index}]")


def _keys(body: dict[str, Any], wanted: set[str], path: str) -> Iterator[str]:
    if set(body) != wanted:
        yield f"{path}: keys {sorted(body)}, wanted {sorted(wanted)}"


def hints_of(owner: type) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        if base.__module__.startswith("stripe") and base is not stripe.StripeObject:
            hints |= get_annotations(base)
    return {
        name: hint
        for name, hint in hints.items()
        if get_origin(hint) is not ClassVar and not name.startswith("_")
    }


def _instance(owner: type, body: Any, path: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{path}: {body!r} is no {owner.__qualname__}"
        return
    hints = hints_of(owner)
    for name in set(body) - set(hints):
        yield f"{path}.{name}: unknown key"
    for name, hint in hints.items():
        if name in body:
            yield from _value(hint, body[name], f"{path}.{name}")
        elif type(None) not in get_args(hint):
            yield f"{path}.{name}: missing"


def _value(hint: Any, value: Any, path: str) -> Iterator[str]:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        yield from _union(get_args(hint), value, path)
    elif origin is Literal:
        if value not in get_args(hint):
            yield f"{path}: {value!r} is not among {get_args(hint)}"
    elif origin is list:
        yield from _list(get_args(hint)[0], value, path)
    elif hint in SCALARS:
        yield from _scalar(hint, value, path)
    else:
        yield from _class(hint, value, path)


def _union(members: tuple[Any, ...], value: Any, path: str) -> Iterator[str]:
    """Null where it is allowed; a known word where words are listed; else any member that fits."""
    if value is None:
        if type(None) not in members:
            yield f"{path}: null"
        return
    kept = [member for member in members if member is not type(None)]
    if any(get_origin(member) is Literal for member in kept):
        kept = [member for member in kept if member is not str]
    complaints = [list(_value(member, value, path)) for member in kept]
    if all(complaints):
        yield from min(complaints, key=len)


def _list(inner: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {value!r} is no list"
        return
    for index, one in enumerate(value):
        yield from _value(inner, one, f"{path}[{index}]")


def _scalar(hint: Any, value: Any, path: str) -> Iterator[str]:
    wrong_bool = isinstance(value, bool) and hint is not bool
    if wrong_bool or not isinstance(value, SCALARS[hint]):
        yield f"{path}: {value!r} is no {hint.__name__}"


def _class(hint: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no object"
    elif isinstance(hint, ForwardRef):
        known = KINDS.get(str(value.get("object")))
        if known is None or known.__name__ != hint.__forward_arg__:
            yield f"{path}: a {value.get('object')} where a {hint.__forward_arg__} is due"
        else:
            yield from _object(value, path)
    elif get_origin(hint) is stripe.ListObject:
        yield from _object(value, path)
    elif isinstance(hint, type) and hint_is_typed(hint):
        yield from _instance(hint, value, path)


def hint_is_typed(hint: type) -> bool:
    """The SDK leaves some objects open, such as metadata: those hold anything."""
    return issubclass(hint, stripe.StripeObject) and "UntypedStripeObject" not in str(hint)
