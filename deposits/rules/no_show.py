"""What a guest owes who stays away or cancels too late, and when it may be taken.

Nothing is taken without staff evidence, nor before the guest had the time to object. What nobody
claims, or nobody decides, is let go three hours before the bank's deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money, smallest_charge
from deposits.rules.deposit_states import RESERVED, DepositState, Why


class EvidenceMissing(DomainError):
    """Nothing shows that the guest stayed away, or that anybody tried to reach them."""

    code = "evidence_missing"


class NothingToClaim(DomainError):
    """The guest came or cancelled in time, or no money is held."""

    code = "nothing_to_claim"


class TooLateToObject(DomainError):
    """The time to object is over, or there is nothing to object to."""

    code = "too_late_to_object"


class Verdict(StrEnum):
    """What is to become of held money now."""

    WAIT = "wait"
    CAPTURE = "capture"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Where a deposit stands, as far as taking it goes."""

    state: DepositState
    objection_until: datetime | None
    decide_at: datetime


def owed(deposit: Money, share: Decimal) -> Money:
    """The share of a deposit that is owed; nothing where no card could be charged so little."""
    amount = deposit.percent(share)
    return amount if amount >= smallest_charge(amount.currency) else Money.zero(amount.currency)


def owed_now(deposit: Money, *, late_share: Decimal, free_until: datetime, now: datetime) -> Money:
    """What cancelling at this moment costs. Up to and including `free_until` it is nothing."""
    return owed(deposit, late_share) if now > free_until else Money.zero(deposit.currency)


def ensure_evidence(why: Why, *, contact_tried: bool) -> None:
    """:raises EvidenceMissing: a no-show nobody tried to reach."""
    if why == Why.NO_SHOW and not contact_tried:
        raise EvidenceMissing(
            gettext_noop("Try to reach the guest first, and write down how. Nothing was taken.")
        )


def ensure_may_object(
    state: DepositState, *, objection_until: datetime | None, now: datetime
) -> None:
    """:raises TooLateToObject: the window is over, or nothing is claimed."""
    if state != DepositState.CLAIMED or objection_until is None or now >= objection_until:
        raise TooLateToObject(gettext_noop("The time to object is over. Talk to the venue."))


def verdict(claim: Claim, *, now: datetime) -> Verdict:
    """What happens by itself. An objection is decided by a manager, or by the deadline."""
    if claim.state not in RESERVED:
        return Verdict.WAIT
    window_is_over = claim.objection_until is not None and now >= claim.objection_until
    if claim.state == DepositState.CLAIMED and window_is_over:
        return Verdict.CAPTURE
    return Verdict.RELEASE if now >= claim.decide_at else Verdict.WAIT
