"""Where Stripe's books and ours may differ, and what a person does about each.

Everything that could be mended by itself was mended before it is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from config.kernel.errors import gettext_noop as _


class DifferenceKind(StrEnum):
    PAYMENT_MISSING_HERE = "payment_missing_here"
    PAYMENT_MISSING_THERE = "payment_missing_there"
    PAYMENT_AMOUNT = "payment_amount"
    REFUND_AMOUNT = "refund_amount"
    HOLD_WITHOUT_REASON = "hold_without_reason"
    HOLD_MISSING_THERE = "hold_missing_there"
    HOLD_AMOUNT = "hold_amount"
    PAYOUT_DOES_NOT_ADD_UP = "payout_does_not_add_up"


# What it is, and what to do, in words for a manager.
ADVICE: Final[Mapping[DifferenceKind, tuple[str, str]]] = {
    DifferenceKind.PAYMENT_MISSING_HERE: (
        _("Stripe has a payment that is not here"),
        _("Look it up at Stripe. If its tab is open here, close the tab; else refund it there."),
    ),
    DifferenceKind.PAYMENT_MISSING_THERE: (
        _("A payment here is unknown to Stripe"),
        _("Check that the right Stripe account is connected, then call whoever runs this."),
    ),
    DifferenceKind.PAYMENT_AMOUNT: (
        _("A payment has another amount at Stripe"),
        _("Compare its receipt with Stripe’s dashboard, and refund what was too much."),
    ),
    DifferenceKind.REFUND_AMOUNT: (
        _("A refund has another amount at Stripe"),
        _("Compare it with Stripe’s dashboard; nothing was changed here."),
    ),
    DifferenceKind.HOLD_WITHOUT_REASON: (
        _("Money of a guest was held without a reason"),
        _("It was released. Nothing to do, but tell whoever runs this."),
    ),
    DifferenceKind.HOLD_MISSING_THERE: (
        _("A booking counts on held money that is not held at Stripe"),
        _("Nothing is held for it. Ask the guest for another card, or do without a deposit."),
    ),
    DifferenceKind.HOLD_AMOUNT: (
        _("Another amount of held money was taken at Stripe than here"),
        _("Compare it with Stripe’s dashboard, and refund there what was too much."),
    ),
    DifferenceKind.PAYOUT_DOES_NOT_ADD_UP: (
        _("A payout is not the sum of its payments"),
        _("Open the payout at Stripe and look for what does not belong to a tab."),
    ),
}
