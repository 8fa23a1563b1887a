"""The accounts money moves between. One ledger row debits one and credits another."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

# The account whose keys stand in the environment. Known beforehand, so that the webhook's address
# can be given to Stripe before the first start.
HOUSE_ACCOUNT_ID: Final = UUID("00000000-0000-4000-8000-000000000001")


class AccountKind(StrEnum):
    """How we speak for an account.

    With the keys of the environment, with keys of its own, or as the platform that it is connected
    to (docs.stripe.com/connect/direct-charges).
    """

    HOUSE = "house"
    KEYS = "keys"
    CONNECT = "connect"


class Account(StrEnum):
    RECEIVABLE = "receivable"
    SALES = "sales"
    SALES_RETURNS = "sales_returns"
    TAX = "tax"
    TIPS = "tips"
    CLEARING = "clearing"
    CASH = "cash"
    TERMINAL = "terminal"
    BANK_TRANSFER = "bank_transfer"
    OTHER = "other"
    # Between tabs that were merged: what one tab's guests paid counts on the other.
    TRANSFERS = "transfers"
    DISPUTED = "disputed"
    DISPUTE_LOSSES = "dispute_losses"
    DISPUTE_FEES = "dispute_fees"
    FEES = "fees"
    NO_SHOW_FEES = "no_show_fees"
    BANK = "bank"


class CounterMethod(StrEnum):
    CASH = "cash"
    CARD_TERMINAL = "card_terminal"
    BANK_TRANSFER = "bank_transfer"
    OTHER = "other"


COUNTER_ACCOUNTS: Final[Mapping[CounterMethod, Account]] = {
    CounterMethod.CASH: Account.CASH,
    CounterMethod.CARD_TERMINAL: Account.TERMINAL,
    CounterMethod.BANK_TRANSFER: Account.BANK_TRANSFER,
    CounterMethod.OTHER: Account.OTHER,
}
