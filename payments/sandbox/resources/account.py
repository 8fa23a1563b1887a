"""The account that the key belongs to."""

from __future__ import annotations

from typing import Final

from payments.sandbox import shapes
from payments.sandbox.call import Body, Call

OPENED: Final = 1_700_000_000


def mine(call: Call) -> Body:
    return shapes.new(
        "account",
        id=call.account,
        business_type="company",
        charges_enabled=True,
        country="IE",
        created=OPENED,
        default_currency="eur",
        details_submitted=True,
        payouts_enabled=True,
        type="standard",
    )


def named(call: Call, account_id: str) -> Body:
    """An account may look itself up by name, and a platform those it has worked for."""
    call.account = account_id
    return mine(call)
