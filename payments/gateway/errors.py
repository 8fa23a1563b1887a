"""How a call to the card processor can go wrong, told apart by one question: did it happen.

A declined card is an outcome, not an exception.
"""

from __future__ import annotations


class GatewayError(Exception):
    """The processor did not do what we asked."""


class OutcomeUnknown(GatewayError):
    """No answer came: it may or may not have happened. Ask again with the same key."""


class Busy(GatewayError):
    """It did not happen, and may be asked again with the same key."""


class AmountTooSmall(GatewayError):
    """It did not happen: less than the smallest charge of the account's currency."""


class NotFound(GatewayError):
    """The processor knows no such object."""


class NotRefundable(GatewayError):
    """It did not happen: refunded already, disputed, or less is left than was asked for."""


class CredentialsInvalid(GatewayError):
    """The account's key was refused. Nothing works until somebody mends it."""


class GatewayBug(GatewayError):
    """We asked for something that makes no sense. A person must look; repeating will not help."""


class BadSignature(GatewayError):
    """A webhook that the processor did not send, or sent too long ago."""
