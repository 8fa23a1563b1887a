"""What is owed, what is paid, and what others are paying right now. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Sum, UUIDField, When

from config.kernel.money import Money
from config.kernel.prepared import Prepared
from orders.models import Tab
from payments.models import CheckoutAttempt, Hold, LedgerEntry
from payments.rules.accounts import Account
from payments.rules.hold_states import Wish

MONEY_IN = (
    Account.CLEARING,
    Account.CASH,
    Account.TERMINAL,
    Account.BANK_TRANSFER,
    Account.OTHER,
)
# What counts as paid on a tab: also what came over with another tab that was merged into it.
COUNTING = (*MONEY_IN, Account.TRANSFERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a tab stands. `balance` is what is owed, negative when too much was paid.

    `reserved` is on Stripe pages that are open now, or is being taken from held money;
    `open_amount` is what anybody may still pay.
    `has_moved`: money came in at some time, even if all of it was taken back since.
    """

    total: Money
    paid: Money
    tips: Money
    reserved: Money
    balance: Money
    has_moved: bool = False

    @classmethod
    def of_fresh_request(cls, amount: Money) -> Self:
        """Where a tab stands at the moment it is asked for: nothing is paid or reserved."""
        none = Money.zero(amount.currency)
        return cls(total=amount, paid=none, tips=none, reserved=none, balance=amount)

    @property
    def open_amount(self) -> Money:
        left = self.balance - self.reserved
        return left if left.is_positive else Money.zero(left.currency)

    @property
    def is_part_paid(self) -> bool:
        return self.paid.is_positive and self.balance.is_positive

    @property
    def is_overpaid(self) -> bool:
        return self.balance.minor < 0

    @property
    def overpaid(self) -> Money:
        return -self.balance if self.is_overpaid else Money.zero(self.balance.currency)


def get_standing(tab: Tab, *, payer_digest: str = "") -> Standing:
    """Where one tab stands; a payer's own open page does not stand in that payer's way."""
    return get_standings([tab], payer_digest=payer_digest)[tab.id]


def get_standings(tabs: Iterable[Tab], *, payer_digest: str = "") -> Mapping[UUID, Standing]:
    """Where many tabs stand, in two statements at most. A tab still open owes its running total.

    Money goes to closed tabs only: nothing can have moved on one that was never closed, and where
    all are such, nothing is asked.
    """
    tabs = list(tabs)
    touched = [tab.id for tab in tabs if tab.closings]
    sums = _ledger_sums(touched) if touched else {}
    reserved = _reserved(touched, payer_digest) if touched else {}
    return {tab.id: _standing(tab, sums.get(tab.id, {}), reserved.get(tab.id, 0)) for tab in tabs}


def _standing(tab: Tab, sums: Mapping[str, Any], reserved_minor: int) -> Standing:
    paid = Money(sums.get("paid") or 0, tab.currency)
    booked = Money(sums.get("receivable") or 0, tab.currency)
    return Standing(
        total=tab.total,
        paid=paid,
        tips=Money(sums.get("tips") or 0, tab.currency),
        reserved=Money(reserved_minor, tab.currency),
        balance=tab.total - paid if tab.is_open else booked,
        has_moved=bool(sums.get("moves")),
    )


def get_booked(tab: Tab) -> Standing:
    """Where a tab stands by the ledger alone: what is on open pages is not looked at."""
    return _standing(tab, _sums_of(tab.id), 0)


def _sums_of(tab_id: UUID) -> Mapping[str, Any]:
    for _tab_id, *sums in _SUMS.rows(tab_id=tab_id):
        return dict(zip(_SUMMED, sums, strict=True))
    return {}


def _ledger_sums(tab_ids: list[UUID]) -> dict[UUID, Mapping[str, Any]]:
    rows = _summed(LedgerEntry.objects.filter(tab_id__in=tab_ids))
    return {row[0]: dict(zip(_SUMMED, row[1:], strict=True)) for row in rows}


def _summed(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry, tuple[Any, ...]]:
    """Tab by tab, in the order of `_SUMMED`."""
    receivable = Case(
        When(debit=Account.RECEIVABLE, then=F("amount_minor")),
        When(credit=Account.RECEIVABLE, then=-F("amount_minor")),
        default=0,
    )
    return entries.values_list("tab_id").annotate(
        receivable=Sum(receivable),
        paid=Sum(came_in(Account.RECEIVABLE, sources=COUNTING)),
        tips=Sum(came_in(Account.TIPS)),
        moves=Count("id", filter=Q(debit__in=MONEY_IN)),
    )


_SUMMED: Final = ("receivable", "paid", "tips", "moves")
_SUMS: Final = Prepared(
    lambda place: _summed(LedgerEntry.objects.filter(tab_id=place("tab_id", UUIDField())))
)


def came_in(account: Account, entry: str = "", *, sources: Iterable[Account] = MONEY_IN) -> Case:
    """Money that came in for an account, less what was taken back from it.

    `entry` leads to the ledger entries where they are not what is queried: `ledger__`.
    """
    return Case(
        When(
            **{f"{entry}debit__in": sources, f"{entry}credit": account},
            then=F(f"{entry}amount_minor"),
        ),
        When(
            **{f"{entry}debit": account, f"{entry}credit__in": sources},
            then=-F(f"{entry}amount_minor"),
        ),
        default=0,
    )


def _reserved(tab_ids: list[UUID], payer_digest: str) -> dict[UUID, int]:
    attempts = CheckoutAttempt.objects.reserving().filter(tab_id__in=tab_ids)
    if payer_digest:
        attempts = attempts.exclude(payer_digest=payer_digest, state__in=["prepared", "open"])
    holds = Hold.objects.held().filter(tab_id__in=tab_ids, wish=Wish.APPLY)
    sums: defaultdict[UUID, int] = defaultdict(int)
    asked = attempts.order_by().values_list("tab_id", "amount_minor")
    # One statement for both. Equal parts of one tab are parts all the same.
    for tab_id, minor in asked.union(holds.values_list("tab_id", "take_minor"), all=True):
        sums[tab_id] += minor
    return sums
