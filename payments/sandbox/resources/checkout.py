"""Checkout Sessions: a page to pay on, its life and its end."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import stripe
import stripe.checkout

from payments.sandbox import ids, listing, money, shapes
from payments.sandbox.call import Body, Call
from payments.sandbox.errors import ApiError, bad_reference
from payments.sandbox.resources import line_items, payment_intents, payment_methods, setup_intents
from payments.sandbox.store import Record

SHORTEST: Final = 30 * 60
LONGEST: Final = 24 * 3_600
# The seconds a request may have been under way.
SLACK: Final = 5
_PLAIN: Final = (
    "allowed_payment_method_types", "billing_address_collection", "cancel_url",
    "client_reference_id", "customer_email", "excluded_payment_method_types", "submit_type",
    "success_url",
)  # fmt: skip


def create(call: Call) -> Body:
    mode = call.params.get("mode", "payment")
    _refuse(call, mode)
    items = line_items.of(call) if mode == "payment" else []
    total = sum(item["amount_total"] for item in items)
    currency = items[0]["currency"] if items else call.params.get("currency")
    if items:
        money.check(total, items[0]["currency"], "line_items")
    expires_at, ends = _end(call)
    body = _body(call, mode, currency, total) | {"expires_at": expires_at}
    wishes = {
        "payment": call.params.get("payment_intent_data", {}),
        "setup": call.params.get("setup_intent_data", {}),
    }[mode]
    record = call.add(body, items=items, wishes=wishes, base_url=_pages(call), ends=ends)
    if mode == "setup":
        _begin_setup(call, record)
    call.store.schedule(record, "expire_session", ends)
    return record.body


def _refuse(call: Call, mode: str) -> None:
    """Say no to what the sandbox has no page for, and to what Stripe refuses too."""
    if mode not in {"payment", "setup"}:
        raise ApiError(400, "The sandbox has no subscriptions.", param="mode")
    if call.params.get("ui_mode", "hosted_page") != "hosted_page":
        raise ApiError(400, "The sandbox has hosted pages only.", param="ui_mode")
    if not call.params.get("success_url"):
        message = "Missing required param: success_url."
        raise ApiError(400, message, code="parameter_missing", param="success_url")
    for name in ("success_url", "cancel_url"):
        _check_url(call.params.get(name), name)
    if call.params.get("customer") and call.params.get("customer_email"):
        message = "You may only specify one of these parameters: customer, customer_email."
        raise ApiError(400, message, param="customer_email")
    call.refer("customer", "customer")


def _check_url(url: str | None, param: str) -> None:
    if url is not None and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise ApiError(400, f"Not a valid URL: {url}", code="url_invalid", param=param)


def _end(call: Call) -> tuple[int, int]:
    """The end as it was asked for, and the moment of the sandbox's clock that this means.

    Callers live in real time. Once the sandbox's clock was moved, theirs is accepted as well.
    """
    asked = call.params.get("expires_at")
    if asked is None:
        return call.now + LONGEST, call.now + LONGEST
    for ahead in (0, call.store.offset):
        if SHORTEST - SLACK <= asked + ahead - call.now <= LONGEST + SLACK:
            return asked, asked + ahead
    message = (
        "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from "
        "Checkout Session creation."
    )
    raise ApiError(400, message, param="expires_at")


def _body(call: Call, mode: str, currency: str | None, total: int) -> Body:
    session: Any = stripe.checkout.Session
    session_id = ids.new("checkout.session")
    params = call.params
    paying = mode == "payment"
    creation = params.get("customer_creation", "if_required" if paying else "always")
    return shapes.new(
        "checkout.session",
        id=session_id,
        adaptive_pricing={"enabled": False} if paying else None,
        amount_subtotal=total if paying else None,
        amount_total=total if paying else None,
        automatic_tax=shapes.part(session.AutomaticTax, enabled=False),
        created=call.now,
        currency=currency.lower() if currency else None,
        customer=params.get("customer"),
        customer_creation=None if params.get("customer") else creation,
        customer_details=_details(call, params.get("customer_email")),
        invoice_creation=None,
        locale=params.get("locale"),
        metadata=params.get("metadata") or {},
        mode=mode,
        payment_method_collection="if_required" if paying else "always",
        payment_method_options={},
        payment_method_types=_types(call, mode, currency),
        payment_status="unpaid" if paying else "no_payment_required",
        status="open",
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
        if paying
        else None,
        ui_mode="hosted_page",
        url=f"{_pages(call)}/c/pay/{session_id}",
        **{name: params[name] for name in _PLAIN if name in params and name != "submit_type"},
        submit_type=params.get("submit_type"),
    )


def _types(call: Call, mode: str, currency: str | None) -> list[str]:
    """A card can be kept for later; keeping a bank account is not here."""
    allowed = call.params.get("allowed_payment_method_types")
    excluded = call.params.get("excluded_payment_method_types")
    return payment_methods.types(allowed, excluded, currency if mode == "payment" else None)


def _pages(call: Call) -> str:
    return call.pages_url(str(call.params.get("success_url", "")))


def _details(call: Call, email: str | None) -> Body | None:
    customer = call.refer("customer", "customer")
    email = email or (customer.body["email"] if customer else None)
    if email is None:
        return None
    return details(email)


def details(email: str) -> Body:
    owner = stripe.checkout.Session.CustomerDetails
    return shapes.part(owner, email=email, tax_exempt="none", tax_ids=[])


def _begin_setup(call: Call, record: Record) -> None:
    wishes = record.hidden["wishes"] | {
        "allowed_payment_method_types": record.body["allowed_payment_method_types"],
        "customer": record.body["customer"],
    }
    intent = setup_intents.make(call, wishes)
    intent.hidden |= {"session": record.id, "base_url": _pages(call)}
    call.store.save(intent)
    record.body["setup_intent"] = intent.id
    call.store.save(record)


def retrieve(call: Call, object_id: str) -> Body:
    return call.get("checkout.session", object_id).body


def update(call: Call, object_id: str) -> Body:
    record = call.get("checkout.session", object_id)
    if set(call.params) - {"metadata"}:
        raise ApiError(400, "The sandbox lets only a session's metadata be changed.")
    call.merge_metadata(record.body)
    call.store.save(record)
    return record.body


def listed(call: Call) -> Body:
    conditions = ["account = ?", "kind = 'checkout.session'"]
    arguments: list[object] = [call.account]
    for name in ("customer", "payment_intent", "status"):
        if name in call.params:
            conditions.append(f"json_extract(body, '$.{name}') = ?")
            arguments.append(call.params[name])
    if "customer_details" in call.params:
        conditions.append("json_extract(body, '$.customer_details.email') = ?")
        arguments.append(call.params["customer_details"]["email"])
    listing.within(call.params.get("created"), conditions, arguments)
    return listing.cut(call, "/v1/checkout/sessions", conditions, arguments)


def items(call: Call, object_id: str) -> Body:
    """The lines, oldest first, as the page shows them."""
    every = listing.line_items(call, object_id)
    after = call.params.get("starting_after")
    names = [item["id"] for item in every["data"]]
    if after and after not in names:
        raise bad_reference("item", after, "starting_after")
    start = names.index(after) + 1 if after else 0
    limit = call.params.get("limit", listing.DEFAULT_LIMIT)
    rest = every["data"][start:]
    return listing.of(rest[:limit], every["url"], has_more=len(rest) > limit)


def expire(call: Call, object_id: str) -> Body:
    record = call.get("checkout.session", object_id)
    if record.body["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {record.body['status']}."
        )
        raise ApiError(400, message)
    end(call, record)
    return record.body


def end(call: Call, record: Record) -> None:
    """Nobody can pay here any more; a try that did not succeed ends with it."""
    if record.body["status"] != "open":
        return
    record.body |= {"status": "expired", "url": None}
    call.store.save(record)
    call.emit("checkout.session.expired", record.body)
    intent = call.store.find(call.account, record.body["payment_intent"] or "", "payment_intent")
    if intent and intent.body["status"] in payment_intents.OPEN:
        payment_intents.end(call, intent, "automatic")
