"""Customers: who pays, and which of their cards are kept."""

from __future__ import annotations

from typing import Final

from payments.sandbox import errors, listing, shapes
from payments.sandbox.call import Body, Call, merge_metadata
from payments.sandbox.ids import letters, new
from payments.sandbox.resources import payment_methods

_PLAIN: Final = (
    "address", "balance", "business_name", "description", "email", "individual_name", "name",
    "next_invoice_sequence", "phone", "preferred_locales", "shipping", "tax_exempt",
)  # fmt: skip


def create(call: Call) -> Body:
    body = shapes.new(
        "customer",
        id=new("customer"),
        balance=0,
        created=call.now,
        delinquent=False,
        description=None,
        email=None,
        invoice_prefix=letters(8).upper(),
        invoice_settings=shapes.part(shapes.CLASSES["customer"].InvoiceSettings),  # type: ignore[attr-defined]  # The SDK's nested class.
        metadata={},
        name=None,
        next_invoice_sequence=1,
        phone=None,
        preferred_locales=[],
        tax_exempt="none",
        test_clock=None,
    )
    _fill(call, body)
    record = call.add(body)
    if call.params.get("payment_method"):
        method = payment_methods.named(call, call.params["payment_method"], "payment_method")
        payment_methods.join(call, method, record.id)
    call.emit("customer.created", body)
    return body


def _fill(call: Call, body: Body) -> None:
    for name in _PLAIN:
        if name in call.params:
            body[name] = call.params[name] if call.params[name] != "" else None
    merge_metadata(body, call.params.get("metadata"))
    wanted = call.params.get("invoice_settings", {}).get("default_payment_method")
    if wanted is not None:
        body["invoice_settings"]["default_payment_method"] = wanted or None


def retrieve(call: Call, object_id: str) -> Body:
    record = call.get("customer", object_id)
    if record.hidden.get("deleted"):
        return {"id": record.id, "object": "customer", "deleted": True}
    return record.body


def update(call: Call, object_id: str) -> Body:
    record = call.get("customer", object_id)
    if record.hidden.get("deleted"):
        raise errors.missing("customer", object_id)
    _fill(call, record.body)
    call.store.save(record)
    call.emit("customer.updated", record.body, previous={})
    return record.body


def delete(call: Call, object_id: str) -> Body:
    record = call.get("customer", object_id)
    record.hidden["deleted"] = True
    record.kind = "customer"
    call.store.save(record)
    call.emit("customer.deleted", record.body)
    return {"id": record.id, "object": "customer", "deleted": True}


def listed(call: Call) -> Body:
    conditions = ["account = ?", "kind = 'customer'", "json_extract(hidden, '$.deleted') IS NULL"]
    arguments: list[object] = [call.account]
    if "email" in call.params:
        conditions.append("json_extract(body, '$.email') = ?")
        arguments.append(call.params["email"])
    listing.within(call.params.get("created"), conditions, arguments)
    return listing.cut(call, "/v1/customers", conditions, arguments)


def methods(call: Call, object_id: str) -> Body:
    call.get("customer", object_id)
    call.params["customer"] = object_id
    url = f"/v1/customers/{object_id}/payment_methods"
    return listing.page(call, "payment_method", url, ("customer", "type"))


def method(call: Call, object_id: str, method_id: str) -> Body:
    record = call.get("payment_method", method_id)
    if record.body["customer"] != object_id:
        raise errors.missing("payment_method", method_id)
    return record.body
