"""The lines of a Checkout page, from the prices given with them."""

from __future__ import annotations

from typing import Any

from payments.sandbox import ids, shapes
from payments.sandbox.call import Body, Call
from payments.sandbox.errors import ApiError, bad_reference


def of(call: Call) -> list[Body]:
    """The lines asked for.

    :raises ApiError: for none, for several currencies, or for prices that are not here.
    """
    given: list[Any] = call.params.get("line_items") or []
    if not given:
        message = "You must pass at least one line item in payment mode."
        raise ApiError(400, message, code="parameter_missing", param="line_items")
    items = [_item(call, index, line) for index, line in enumerate(given)]
    if len({item["currency"] for item in items}) > 1:
        message = "All line items must have the same currency."
        raise ApiError(400, message, param="line_items")
    return items


def _item(call: Call, index: int, line: Body) -> Body:
    where = f"line_items[{index}]"
    data = line.get("price_data")
    if not data:
        if line.get("price"):
            raise bad_reference("price", line["price"], f"{where}[price]")
        message = f"Missing required param: {where}[price_data]."
        raise ApiError(400, message, code="parameter_missing", param=where)
    quantity = line.get("quantity", 1)
    unit = _unit(data, where)
    if quantity < 1 or unit < 0:
        raise ApiError(400, f"Invalid {where}: must not be negative.", param=where)
    price = _price(call, data, unit)
    return shapes.new(
        "item",
        id=ids.new("item"),
        amount_subtotal=unit * quantity,
        amount_total=unit * quantity,
        currency=price["currency"],
        description=data.get("product_data", {}).get("name"),
        metadata=line.get("metadata") or {},
        price=price,
        quantity=quantity,
    )


def _unit(data: Body, where: str) -> int:
    if "unit_amount" in data:
        return int(data["unit_amount"])
    exact = data.get("unit_amount_decimal")
    if exact is None or exact != int(exact):
        message = f"Missing required param: {where}[price_data][unit_amount]."
        param = f"{where}[price_data][unit_amount]"
        raise ApiError(400, message, code="parameter_missing", param=param)
    return int(exact)


def _price(call: Call, data: Body, unit: int) -> Body:
    if "product_data" not in data:
        product = str(data.get("product", ""))
        raise bad_reference("product", product, "line_items[0][price_data][product]")
    return shapes.new(
        "price",
        id=ids.new("price"),
        billing_scheme="per_unit",
        created=call.now,
        currency=data["currency"].lower(),
        product=ids.new("product"),
        tax_behavior=data.get("tax_behavior", "unspecified"),
        type="one_time",
        unit_amount=unit,
        unit_amount_decimal=str(unit),
    )
