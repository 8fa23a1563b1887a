"""Letting browsers in to the bill behind a card, and putting them out again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, TabClaim, User
from orders.rules.claims import (
    SHARE_CODE_TRIES,
    SHARE_CODE_TRIES_PER_TAB,
    SHARE_CODE_WINDOW_SECONDS,
    ClaimState,
    ClaimWay,
    claims_by_scanning,
)
from orders.services import history, venues
from orders.services.tries import TooManyTries, count_try

MOST_WAITING: Final = 8
LET_IN: Final = (ClaimState.GRANTED, ClaimState.RESET)


class ClaimUnknown(DomainError):
    """There is no such request on this tab."""

    code = "claim_unknown"


@transaction.atomic
def scan(*, tab: Tab, browser_digest: str, now: datetime) -> TabClaim | None:
    """Let the first browser in that scans the card of an open tab; None for everybody else.

    Two first scans at once wait for one another on the tab's row, so that one of them wins.
    """
    tab = Tab.objects.lock(tab.id)
    own = TabClaim.objects.filter(tab=tab, browser_digest=browser_digest).first()
    if own is not None and own.state == ClaimState.GRANTED:
        return own
    let_in = tab.is_open and claims_by_scanning(
        tab_is_claimed=TabClaim.objects.granted().filter(tab=tab).exists(),
        had_this_card_before=own is not None or _had_card(tab, browser_digest),
    )
    if not let_in:
        return None
    return _grant(tab, browser_digest, way=ClaimWay.FIRST_SCAN, by=None, now=now)


def enter_share_code(*, tab_id: UUID, browser_digest: str, code: str, now: datetime) -> bool:
    """Let a browser in that knows the four digits on the first one's page.

    :raises TooManyTries: somebody is guessing, in this browser or on this tab.
    """
    for key, most in (
        (f"share-code:{tab_id}:{browser_digest}", SHARE_CODE_TRIES),
        (f"share-code:{tab_id}", SHARE_CODE_TRIES_PER_TAB),
    ):
        count_try(key, most=most, seconds=SHARE_CODE_WINDOW_SECONDS)
    return _compare_and_grant(tab_id, browser_digest, code=code, now=now)


@transaction.atomic
def _compare_and_grant(tab_id: UUID, browser_digest: str, *, code: str, now: datetime) -> bool:
    tab = Tab.objects.lock(tab_id)
    is_right = secrets.compare_digest(tab.share_code.encode(), code.strip().encode())
    if is_right:
        _grant(tab, browser_digest, way=ClaimWay.SHARE_CODE, by=None, now=now)
    return is_right


@transaction.atomic
def request(*, tab_id: UUID, browser_digest: str, now: datetime) -> TabClaim:
    """Ask the staff to be let in. Asking again is the same request, whatever became of it.

    :raises TooManyTries: too many browsers are waiting at this tab.
    """
    tab = Tab.objects.lock(tab_id)
    own = TabClaim.objects.filter(tab=tab, browser_digest=browser_digest).first()
    if own is not None and own.state != ClaimState.RESET:
        return own
    if TabClaim.objects.waiting().filter(tab=tab).count() >= MOST_WAITING:
        raise TooManyTries(gettext_noop("Several phones are asking already. Speak to the staff."))
    claim = _save(tab, browser_digest, state=ClaimState.REQUESTED, way="", created_at=now)
    venues.bump_board(tab.venue_id)
    return claim


@transaction.atomic
def decide(*, claim_id: int, tab_id: UUID, by: User, grant: bool, now: datetime) -> TabClaim:
    """Answer a browser that asks. One that was answered before keeps its answer.

    :raises ClaimUnknown: nobody asked this.
    """
    tab = Tab.objects.lock(tab_id)
    claim = TabClaim.objects.filter(id=claim_id, tab=tab).first()
    if claim is None:
        raise ClaimUnknown(gettext_noop("Nobody is asking any more."))
    if claim.state != ClaimState.REQUESTED:
        return claim
    if grant:
        return _grant(tab, claim.browser_digest, way=ClaimWay.STAFF, by=by, now=now)
    claim.state, claim.decided_at, claim.decided_by = ClaimState.REFUSED, now, by
    claim.save(update_fields=["state", "decided_at", "decided_by"])
    venues.bump_board(tab.venue_id)
    return claim


@transaction.atomic
def reset(*, tab_id: UUID, by: User, now: datetime) -> None:
    """Put every browser out, also those that ask. The next one to scan is the first again.

    Those put out do not get in by scanning, and the share code they have seen is changed.
    """
    tab = Tab.objects.lock(tab_id)
    TabClaim.objects.filter(tab=tab).update(state=ClaimState.RESET, decided_at=now, decided_by=by)
    tab.renew_share_code()
    history.record(tab_id=tab.id, kind="claim_reset", at=now, by=by)
    venues.bump_board(tab.venue_id)


def _had_card(tab: Tab, browser_digest: str) -> bool:
    """Whether this browser was let in to an earlier tab of the same card."""
    earlier = TabClaim.objects.filter(
        browser_digest=browser_digest,
        token_code=tab.token_code,
        tab__venue=tab.venue_id,
        state__in=LET_IN,
    )
    return earlier.exclude(tab=tab).exists()


def _grant(
    tab: Tab, browser_digest: str, *, way: ClaimWay, by: User | None, now: datetime
) -> TabClaim:
    claim = _save(
        tab,
        browser_digest,
        state=ClaimState.GRANTED,
        way=way,
        created_at=now,
        decided_at=now,
        decided_by=by,
    )
    history.record(
        tab_id=tab.id, kind="claim_granted", at=now, by=by, actor="" if by else "guest", way=way
    )
    venues.bump_board(tab.venue_id)
    return claim


def _save(tab: Tab, browser_digest: str, **fields: object) -> TabClaim:
    claim, _created = TabClaim.objects.update_or_create(
        tab=tab,
        browser_digest=browser_digest,
        defaults=fields | {"token_code": tab.token_code},
    )
    return claim
