"""Identifiers that look like Stripe's."""

from __future__ import annotations

import secrets
import string
from typing import Final

_LETTERS: Final = string.ascii_letters + string.digits
_PREFIXES: Final = {
    "customer": "cus_",
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "setup_intent": "seti_",
    "charge": "ch_",
    "refund": "re_",
    "event": "evt_",
    "webhook_endpoint": "we_",
    "balance_transaction": "txn_",
    "payment_method": "pm_",
    "dispute": "du_",
    "item": "li_",
    "price": "price_",
    "product": "prod_",
    "mandate": "mandate_",
    "payout": "po_",
}
_LENGTHS: Final = {"customer": 14, "checkout.session": 58, "product": 14}


def letters(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def new(kind: str) -> str:
    return _PREFIXES[kind] + letters(_LENGTHS.get(kind, 24))
