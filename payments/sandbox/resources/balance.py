"""What arrives in the account's balance, and what Stripe keeps of it."""

from __future__ import annotations

from typing import Final

import stripe

from payments.sandbox import ids, money, shapes
from payments.sandbox.call import Body, Call
from payments.sandbox.store import Record

AVAILABLE_AFTER: Final = 2 * 86_400
_FIXED_FEE: Final = {0: 30, 2: 30, 3: 100}


def fee_of(amount: int, currency: str) -> int:
    """An invented price: 2.9 % and a fixed part, in the currency's own steps."""
    step = money.step(currency)
    fee = amount * 29 // 1000 + _FIXED_FEE[money.decimals(currency)]
    return min(amount, (fee + step - 1) // step * step)


def enter(call: Call, kind: str, source: Body, amount: int, fee: int = 0) -> Record:
    """One movement; money that leaves has a negative amount."""
    currency = source["currency"]
    details = stripe.BalanceTransaction.FeeDetail
    parts = [shapes.part(details, amount=fee, currency=currency, type="stripe_fee")] if fee else []
    for part in parts:
        part["description"] = "Stripe processing fees"
    body = shapes.new(
        "balance_transaction",
        id=ids.new("balance_transaction"),
        amount=amount,
        available_on=call.now + AVAILABLE_AFTER,
        balance_type="payments",
        created=call.now,
        currency=currency,
        fee=fee,
        fee_details=parts,
        net=amount - fee,
        reporting_category="dispute" if kind == "adjustment" else kind,
        source=source["id"],
        status="pending",
        type=kind,
    )
    return call.add(body)
