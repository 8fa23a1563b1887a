"""Response objects of full width, built from the annotations of the SDK's own classes."""

from __future__ import annotations

import inspect
import types
from functools import cache
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

import stripe
import stripe.checkout

from payments.sandbox.absent import ABSENT, ALL_OPTIONAL, NULL_NEVERTHELESS

Body = dict[str, Any]
CLASSES: dict[str, type] = {
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
    "payout": stripe.Payout,
    "price": stripe.Price,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


def new(kind: str, **values: Any) -> Body:
    """An object of this kind: every official field, the given ones filled.

    :raises KeyError: when a value has no field of its name.
    """
    return part(CLASSES[kind], **values)


def part(owner: type, **values: Any) -> Body:
    """The same for a class inside an object, such as a charge's card."""
    known = _fields(owner)
    unknown = set(values) - set(known)
    if unknown:
        raise KeyError(f"{owner.__qualname__} has no {', '.join(sorted(unknown))}")
    body = {name: blank for name, (blank, sent) in _blanks(owner).items() if sent}
    return {name: (body | values)[name] for name in known if name in body or name in values}


@cache
def _fields(owner: type) -> dict[str, Any]:
    """Names and types of a class; a name the SDK only knows while checking types is text here."""
    hints: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        if base.__module__.startswith("stripe") and base.__name__ != "StripeObject":
            hints.update(inspect.get_annotations(base))
    return {
        name: hint
        for name, hint in hints.items()
        if get_origin(hint) is not ClassVar and not name.startswith("_")
    }


def _blanks(owner: type) -> Body:
    return {name: _blank(owner, name, hint) for name, hint in _fields(owner).items()}


def _blank(owner: type, name: str, hint: Any) -> tuple[Any, bool]:
    if _optional(hint):
        return None, _null_when_empty(owner.__qualname__, name)
    return _empty(hint), True


def _optional(hint: Any) -> bool:
    return get_origin(hint) in {Union, types.UnionType} and type(None) in get_args(hint)


def _null_when_empty(owner: str, name: str) -> bool:
    if owner in ALL_OPTIONAL:
        return name in NULL_NEVERTHELESS.get(owner, frozenset())
    return name not in ABSENT.get(owner, frozenset())


def _empty(hint: Any) -> Any:
    """The value of a field that must be there and was not given."""
    origin = get_origin(hint)
    if origin is Literal:
        return get_args(hint)[0]
    if origin is list:
        return []
    if hint in {bool, int, str}:
        return hint()
    if isinstance(hint, type) and hint.__module__.startswith("stripe") and _fields(hint):
        return part(hint)
    return {} if origin is not Union else ""
