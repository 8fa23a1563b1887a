"""Merging, splitting and handing over, also after part-payments: money follows the lines.

Orders moves the lines; here the books follow. What was paid stays booked on the tab it was paid on,
with its receipt; where that tab is merged, what it came to is transferred by two ledger rows, so
that both tabs together owe what they did. Undoing is the same in reverse, and ends with the next
payment: money that came in since was paid for the bill as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import Rearrangement, Tab, User
from orders.rules import rearranging as rules
from orders.rules.rearranging import RearrangementKind, SplitUnclear
from orders.services import handing_over, merging, rearrangements, splitting, undoing
from orders.services.handing_over import HandOver
from orders.services.splitting import Split
from payments.models import LedgerEntry, PaymentRequest
from payments.rules.allocation import LineTaken
from payments.rules.auto_settlement import Why
from payments.rules.request_states import RequestState
from payments.selectors import balances, refunds, shares
from payments.selectors.balances import MONEY_IN
from payments.services import auto_settlement, ledger, reasking, reminder_plans, requests


class PaidSince(DomainError):
    """Something was paid after it, so it can be undone no more."""

    code = "paid_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How what is left is split: into equal parts, by weights, by amounts, or by lines.

    Exactly one is given. The tab keeps the first part, and with amounts or lines the rest.
    """

    ways: int | None = None
    weights: Sequence[int] = ()
    amounts: Sequence[Money] = ()
    groups: Sequence[Sequence[UUID]] = ()
    request_key: str | None = None


def merge(
    *, tab_id: UUID, other_id: UUID, by: User, now: datetime, request_key: str | None = None
) -> Rearrangement:
    """Make one tab of two, with everything that was paid on either.

    :raises NotRearranged, NotTogether, TabTooLarge: see `merging.merge`.
    :raises PaymentUnderWay, GatewayAway: somebody is paying on one of them; see `reasking`.
    """
    _close_pages([tab_id, other_id], now=now)
    with transaction.atomic():
        tab, other = rearrangements.lock(tab_id, other_id)
        made = rearrangements.find_made(tab_id=tab_id, request_key=request_key)
        if made is not None:
            return made
        rearrangements.ensure_moving(tab, other)
        merging.ensure_fit(tab, other)
        _book_back([tab, other], now=now)
        paid = balances.get_standing(other).paid
        made = merging.merge(
            tab_id=tab_id, other_id=other_id, by=by, now=now, request_key=request_key
        )
        if tab.is_owing:
            _end(other.id, now=now)
            ledger.post_transfer(key=_key(made), giver=other, taker=tab, amount=paid, now=now)
        _ask_anew([tab_id], now=now)
    return made


def split(*, tab_id: UUID, parts: Parts, by: User, now: datetime) -> Rearrangement:
    """Make several tabs of what is left on one. What was paid stays where it was paid.

    :raises SplitUnclear, PartTooSmall, NothingLeft: see `rules.rearranging`.
    :raises LineTaken: a line that somebody has paid for was to go elsewhere.
    :raises NotRearranged, LineUnknown: see `splitting.split`.
    :raises MoreWasPaid, PaymentUnderWay, GatewayAway: see `reasking`.
    """
    _close_pages([tab_id], now=now)
    with transaction.atomic():
        [tab] = rearrangements.lock(tab_id)
        made = rearrangements.find_made(tab_id=tab_id, request_key=parts.request_key)
        if made is not None:
            return made
        rearrangements.ensure_moving(tab)
        wanted = _wanted(tab, parts)
        _book_back([tab], now=now)
        made = splitting.split(tab_id=tab_id, wanted=wanted, by=by, now=now)
        _ask_anew([tab_id, *_others(made)], now=now)
    return made


def hand_over(*, tab_id: UUID, to: HandOver, by: User, now: datetime) -> Rearrangement:
    """Hand a tab over; a request that is out goes to the new guest's address from now on.

    Raises as `handing_over.hand_over` does.
    """
    with transaction.atomic():
        made = handing_over.hand_over(tab_id=tab_id, to=to, by=by, now=now)
        _address_request(tab_id)
    return made


def undo(*, tab_id: UUID, rearrangement_id: UUID, by: User, now: datetime) -> Rearrangement:
    """Put everything back, the money that was transferred too.

    :raises RearrangementUnknown, ChangedSince: see `undoing.undo`.
    :raises PaidSince: something was paid on one of the tabs after it.
    :raises PaymentUnderWay, GatewayAway: see `reasking`.
    """
    touched = undoing.tabs_of(rearrangement_id)
    _close_pages(touched, now=now)
    with transaction.atomic():
        locked = [Tab.objects.lock(each) for each in touched]
        made = rearrangements.get_newest(tab_id=tab_id, rearrangement_id=rearrangement_id)
        if made.is_undone or made.kind == RearrangementKind.TRANSFER:
            return _hand_back(made, by=by, now=now)
        _ensure_nothing_came_since(made, locked)
        _book_back([tab for tab in locked if tab.is_owing], now=now)
        undoing.undo(tab_id=tab_id, rearrangement_id=rearrangement_id, by=by, now=now)
        _transfer_back(made, now=now)
        _ask_anew(touched, now=now)
        for merged in Tab.objects.filter(id__in=touched, status="merged"):
            _end(merged.id, now=now)
    return made


def _hand_back(made: Rearrangement, *, by: User, now: datetime) -> Rearrangement:
    undone = undoing.undo(tab_id=made.tab_id, rearrangement_id=made.id, by=by, now=now)
    _address_request(made.tab_id)
    return undone


def _wanted(tab: Tab, parts: Parts) -> Split:
    """The split in terms of lines and sums, reckoned on what is unpaid now."""
    given = [bool(parts.groups), bool(parts.amounts), bool(parts.weights), parts.ways is not None]
    if given.count(True) != 1:
        raise SplitUnclear(gettext_noop("Split in one way: by parts, weights, amounts or lines."))
    # What was given back was sold on this tab's payments, and could be given back once more there.
    taken = shares.taken_lines(tab) | refunds.lines_given_back(tab)
    if parts.groups:
        if taken & {line_id for group in parts.groups for line_id in group}:
            raise LineTaken(
                gettext_noop("Somebody has paid for one of these, or got it back. It stays here.")
            )
        return Split(groups=parts.groups, request_key=parts.request_key)
    left = balances.get_standing(tab).balance
    if parts.amounts:
        reckoned = rules.by_amounts(left, amounts=parts.amounts)
    elif parts.weights:
        reckoned = rules.by_weights(left, weights=parts.weights)
    else:
        reckoned = rules.evenly(left, ways=parts.ways or 0)
    return Split(amounts=reckoned[1:], fixed=taken, request_key=parts.request_key)


def _close_pages(tab_ids: Iterable[UUID], *, now: datetime) -> None:
    owing = Tab.objects.owing().filter(id__in=list(tab_ids)).values_list("id", flat=True)
    reasking.close_pages(list(owing), now=now)


def _book_back(tabs: Iterable[Tab], *, now: datetime) -> None:
    for tab in tabs:
        if tab.is_owing:
            reasking.book_back(tab, now=now)


def _ask_anew(tab_ids: Iterable[UUID], *, now: datetime) -> None:
    """Ask for what each tab comes to now, and plan its reminders where that was not done yet."""
    for tab_id in sorted(tab_ids):
        tab = Tab.objects.lock(tab_id)
        if tab.is_owing:
            reasking.ask_anew(tab, now=now)
            reminder_plans.plan(tab=tab, now=now)


def _end(tab_id: UUID, *, now: datetime) -> None:
    """A tab whose lines are elsewhere asks for nothing."""
    requests.end_live_request(tab_id=tab_id, state=RequestState.SUPERSEDED)
    auto_settlement.call_off(tab_id=tab_id, why=Why.NOT_COVERED, now=now)
    reminder_plans.suspend(tab_id=tab_id, now=now)


def _others(made: Rearrangement) -> list[UUID]:
    return list(made.tabs.exclude(id=made.tab_id).values_list("id", flat=True))


def _key(made: Rearrangement) -> str:
    return f"rearrangement:{made.id}"


def _transfer_back(made: Rearrangement, *, now: datetime) -> None:
    entries = LedgerEntry.objects.select_related("tab")
    given = entries.filter(source_key=f"{_key(made)}:given").first()
    if given is not None and given.tab is not None:
        ledger.post_transfer(
            key=f"{_key(made)}:undone",
            giver=made.tab,
            taker=given.tab,
            amount=given.amount,
            now=now,
        )


def _ensure_nothing_came_since(made: Rearrangement, tabs: Iterable[Tab]) -> None:
    """Rows of one tab are written under its lock, so later ones have higher ids."""
    for tab in tabs:
        entries = LedgerEntry.objects.for_tab(tab.id)
        closing = f"tab:{tab.id}:closing:{made.before[str(tab.id)]['closings'] + 1}:"
        booked = Q(source_key__startswith=closing) | Q(source_key__startswith=_key(made))
        first = entries.filter(booked).aggregate(id=Min("id"))["id"]
        money = entries.filter(Q(debit__in=MONEY_IN) | Q(credit__in=MONEY_IN))
        if tab.is_settled or (first is not None and money.filter(id__gt=first).exists()):
            raise PaidSince(gettext_noop("Something was paid since, so this stays as it is."))


def _address_request(tab_id: UUID) -> None:
    tab = Tab.objects.select_related("customer").get(id=tab_id)
    email = tab.customer.email if tab.customer else ""
    live = PaymentRequest.objects.filter(tab_id=tab_id, state=RequestState.PENDING)
    live.exclude(email=email).update(email=email)
