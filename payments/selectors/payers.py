"""Who is paying a tab right now, and what a payer's browser has to do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.kernel.money import Money, total
from orders.models import Tab, TabClaim
from orders.rules.claims import ClaimWay
from payments.models import CheckoutAttempt
from payments.rules.attempt_states import AttemptState


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """Payments that may still turn into money, seen by one payer.

    `theirs` is what others have reserved, `until` when the first of their pages runs out (None
    while all of it is on its way already). `mine` is this payer's own money on its way.
    """

    theirs: Money
    until: datetime | None
    mine: CheckoutAttempt | None


def underway(*, tab: Tab, payer_digest: str) -> Underway:
    """What stands between a payer and the whole of what is unpaid, in one statement."""
    attempts = list(CheckoutAttempt.objects.reserving().filter(tab=tab))
    theirs = [attempt for attempt in attempts if attempt.payer_digest != payer_digest]
    mine = [attempt for attempt in attempts if attempt.payer_digest == payer_digest]
    return Underway(
        theirs=total([attempt.amount for attempt in theirs], tab.currency),
        until=min((page.expires_at for page in _pages(theirs)), default=None),
        mine=next((attempt for attempt in mine if _is_processing(attempt)), None),
    )


def find_attempt(*, tab: Tab, attempt_id: UUID) -> CheckoutAttempt | None:
    """An attempt to pay this tab; None when it is another's."""
    attempts = CheckoutAttempt.objects.filter(tab=tab, id=attempt_id)
    return attempts.select_related("payment__receipt").first()


def came_with_the_guest(*, tab: Tab, payer_digest: str) -> bool:
    """Whether this browser is somebody else's than the guest's, as far as can be told.

    It was let in later at the same table, or another browser has paid with the same link before.
    Such a payer is neither greeted by the guest's name nor shown the guest's address, and the
    receipt goes to the address they give themselves.
    """
    let_in = TabClaim.objects.granted().filter(tab=tab, browser_digest=payer_digest)
    if let_in.exclude(way=ClaimWay.FIRST_SCAN).exists():
        return True
    paid = CheckoutAttempt.objects.filter(tab=tab, state=AttemptState.PAID, consent=None)
    first = paid.order_by("created_at").values_list("payer_digest", flat=True).first()
    return first is not None and first != payer_digest


def _pages(attempts: Iterable[CheckoutAttempt]) -> Iterable[CheckoutAttempt]:
    return (attempt for attempt in attempts if not _is_processing(attempt))


def _is_processing(attempt: CheckoutAttempt) -> bool:
    return attempt.state == AttemptState.PROCESSING
