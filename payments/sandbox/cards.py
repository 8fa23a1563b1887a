"""The test cards and accounts, by number and by `pm_card_...` alias, and what each one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    number: str
    title: str
    alias: str = ""
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    declined_on_attach: bool = False
    authentication: Literal["never", "always", "unless_set_up"] = "never"
    dispute: str = ""
    refund: Literal["", "fails_later", "pending"] = ""
    debit: Literal["", "succeeds", "fails"] = ""

    @property
    def last4(self) -> str:
        return self.number[-4:]


GENERIC: Final = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS: Final = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds."
)
NEEDS_BANK: Final = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
AUTHENTICATION_FAILED: Final = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again.",
)


def _declined(code: str, message: str) -> Decline:
    return Decline("card_declined", code, message)


CARDS: Final = (
    Card("4242424242424242", "Succeeds", "pm_card_visa"),
    Card("5555555555554444", "Succeeds (Mastercard)", "pm_card_mastercard", "mastercard"),
    Card("378282246310005", "Succeeds (Amex)", "pm_card_amex", "amex"),
    Card("4000056655665556", "Succeeds (Visa debit)", "pm_card_visa_debit", funding="debit"),
    Card(
        "4000000000000002", "Declined", "pm_card_chargeDeclined", decline=GENERIC,
        declined_on_attach=True,
    ),
    Card(
        "4000000000009995", "Declined: insufficient funds",
        "pm_card_chargeDeclinedInsufficientFunds", decline=NO_FUNDS, declined_on_attach=True,
    ),
    Card(
        "4000000000009987", "Declined: lost card", "pm_card_chargeDeclinedLostCard",
        decline=_declined("lost_card", "Your card was declined."), declined_on_attach=True,
    ),
    Card(
        "4000000000009979", "Declined: stolen card", "pm_card_chargeDeclinedStolenCard",
        decline=_declined("stolen_card", "Your card was declined."), declined_on_attach=True,
    ),
    Card(
        "4000000000000069", "Declined: expired card", "pm_card_chargeDeclinedExpiredCard",
        decline=Decline("expired_card", "expired_card", "Your card has expired."),
        declined_on_attach=True,
    ),
    Card(
        "4000000000000127", "Declined: wrong CVC", "pm_card_chargeDeclinedIncorrectCvc",
        decline=Decline(
            "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
        ),
        declined_on_attach=True,
    ),
    Card(
        "4000000000000119", "Declined: processing error", "pm_card_chargeDeclinedProcessingError",
        decline=Decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
        declined_on_attach=True,
    ),
    Card(
        "4000000000000341", "Can be saved, then declines", "pm_card_chargeCustomerFail",
        decline=GENERIC,
    ),
    Card(
        "4000002500003155", "Asks the bank, unless set up before",
        "pm_card_authenticationRequiredOnSetup", authentication="unless_set_up",
    ),
    Card(
        "4000002760003184", "Asks the bank every time", "pm_card_authenticationRequired",
        authentication="always",
    ),
    Card(
        "4000000000003220", "Asks the bank (3D Secure 2)", "pm_card_threeDSecure2Required",
        authentication="always",
    ),
    Card(
        "4000008260003178", "Asks the bank, then insufficient funds",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        authentication="always", decline=NO_FUNDS,
    ),
    Card(
        "4000000000000259", "Succeeds, later disputed as fraud", "pm_card_createDispute",
        dispute="fraudulent",
    ),
    Card(
        "4000000000002685", "Succeeds, later disputed: not received",
        "pm_card_createDisputeProductNotReceived", dispute="product_not_received",
    ),
    Card(
        "4000000000001976", "Succeeds, later an inquiry", "pm_card_createDisputeInquiry",
        dispute="inquiry",
    ),
    Card(
        "4000000000005126", "Succeeds, its refund fails later", "pm_card_refundFail",
        refund="fails_later",
    ),
    Card(
        "4000000000007726", "Succeeds, its refund is slow", "pm_card_pendingRefund",
        refund="pending",
    ),
)  # fmt: skip
# Not cards but accounts at a bank, whose answer takes days.
DEBITS: Final = (
    Card("AT611904300234573201", "Bank debit: arrives later", debit="succeeds"),
    Card("AT861904300235473202", "Bank debit: fails later", debit="fails"),
)
BY_NUMBER: Final = {card.number: card for card in (*CARDS, *DEBITS)}
BY_ALIAS: Final = {card.alias: card for card in CARDS}
