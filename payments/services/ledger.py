"""The only writer of ledger entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.kernel.money import Money, total
from config.kernel.prepared import insert_all
from orders.models import Tab
from orders.rules.totals import TaxPart, Totals
from payments.models import (
    BalanceMovement,
    CounterPayment,
    Dispute,
    Hold,
    LedgerEntry,
    Payment,
    Payout,
    Refund,
)
from payments.rules import dispute_money
from payments.rules.accounts import COUNTER_ACCOUNTS, Account, CounterMethod
from payments.rules.dispute_money import Withheld
from payments.rules.dispute_states import DisputeState


@dataclass(frozen=True, slots=True)
class Move:
    """One amount from one account to another, and the one thing it happened for."""

    debit: Account
    credit: Account
    amount: Money
    source_key: str
    note: str = ""


def post_closing(*, tab: Tab, totals: Totals, now: datetime) -> None:
    """The tab was closed: its guest owes its sales and each tax. Once for each closing."""
    key = f"tab:{tab.id}:closing:{tab.closings}"
    owed = Move(Account.RECEIVABLE, Account.SALES, totals.net, f"{key}:sales")
    taxes = [
        Move(
            Account.RECEIVABLE,
            Account.TAX,
            part.tax,
            f"{key}:tax:{part.name}:{part.rate.normalize():f}",
            note=f"{part.name} {part.rate.normalize():f} %",
        )
        for part in totals.taxes
    ]
    _post(tab, [owed, *taxes], now=now)


def reverse_closing(*, tab: Tab, now: datetime) -> None:
    """The tab was opened again, or voided: what its last closing booked is booked back."""
    key = f"tab:{tab.id}:closing:{tab.closings}:"
    _reverse(tab, key, key.replace(":closing:", ":reversal:"), now=now)


def post_transfer(*, key: str, giver: Tab, taker: Tab, amount: Money, now: datetime) -> None:
    """What was paid on one tab counts on another from now on; together they owe what they did."""
    _post(giver, [Move(Account.RECEIVABLE, Account.TRANSFERS, amount, f"{key}:given")], now=now)
    _post(taker, [Move(Account.TRANSFERS, Account.RECEIVABLE, amount, f"{key}:taken")], now=now)


def post_hold(hold: Hold, *, tab: Tab | None, payment: Payment | None, now: datetime) -> None:
    """Held money was taken: for a tab's bill, or because nobody came. Once for each hold."""
    is_applied = payment is not None
    LedgerEntry.objects.create(
        venue_id=hold.venue_id,
        tab=tab if is_applied else None,
        payment=payment,
        hold=hold,
        debit=Account.CLEARING,
        credit=Account.RECEIVABLE if is_applied else Account.NO_SHOW_FEES,
        amount_minor=hold.captured_minor,
        currency=hold.currency,
        source_key=f"hold:{hold.id}:{'applied' if is_applied else 'captured'}",
        occurred_at=now,
    )


def post_payment(payment: Payment, *, tab: Tab, now: datetime) -> None:
    """A card payment was captured: its part of the bill, and its tip."""
    key = f"payment:{payment.id}"
    moves = [
        Move(Account.CLEARING, Account.RECEIVABLE, payment.amount, f"{key}:captured"),
        Move(Account.CLEARING, Account.TIPS, payment.tip, f"{key}:tip"),
    ]
    _post(tab, moves, now=now, payment=payment)


def post_counter_payment(payment: CounterPayment, *, tab: Tab, now: datetime) -> None:
    """Money was taken at the counter: its part of the bill, and its tip."""
    account = COUNTER_ACCOUNTS[CounterMethod(payment.method)]
    key = f"counter:{payment.id}"
    moves = [
        Move(account, Account.RECEIVABLE, payment.amount, f"{key}:bill"),
        Move(account, Account.TIPS, payment.tip, f"{key}:tip"),
    ]
    _post(tab, moves, now=now)


def reverse_counter_payment(payment: CounterPayment, *, tab: Tab, now: datetime) -> None:
    """Money recorded at the counter does not count: the guest owes it, and no tip was given."""
    account = COUNTER_ACCOUNTS[CounterMethod(payment.method)]
    key = f"counter:{payment.id}:reversed"
    moves = [
        Move(Account.RECEIVABLE, account, payment.amount, f"{key}:bill"),
        Move(Account.TIPS, account, payment.tip, f"{key}:tip"),
    ]
    _post(tab, moves, now=now)


def post_refund(refund: Refund, *, tab: Tab, taxes: Iterable[TaxPart], now: datetime) -> None:
    """Money left for a card: first what came in too much, then what was sold, and its tip.

    `taxes` are those inside what was sold.
    """
    key = f"refund:{refund.id}:booked"
    taxes = tuple(taxes)
    sales = refund.returned - total([part.tax for part in taxes], tab.currency)
    moves = [
        Move(Account.RECEIVABLE, Account.CLEARING, refund.excess, f"{key}:excess"),
        Move(Account.SALES_RETURNS, Account.CLEARING, sales, f"{key}:sales"),
        *[_tax_back(part, key) for part in taxes],
        Move(Account.TIPS, Account.CLEARING, refund.tip, f"{key}:tip"),
    ]
    _post(tab, moves, now=now, payment=refund.payment)


def reverse_refund(refund: Refund, *, tab: Tab, now: datetime) -> None:
    """The card's bank sent it back: the money is the venue's again."""
    key = f"refund:{refund.id}:"
    _reverse(tab, f"{key}booked:", f"{key}failed:", now=now, payment=refund.payment)


def _tax_back(part: TaxPart, key: str) -> Move:
    rate = f"{part.rate.normalize():f}"
    return Move(
        Account.TAX,
        Account.CLEARING,
        part.tax,
        f"{key}:tax:{part.name}:{rate}",
        note=f"{part.name} {rate} %",
    )


def _reverse(
    tab: Tab, prefix: str, new_prefix: str, *, now: datetime, payment: Payment | None = None
) -> None:
    booked = LedgerEntry.objects.for_tab(tab.id).filter(source_key__startswith=prefix)
    reversals = [
        Move(
            Account(entry.credit),
            Account(entry.debit),
            entry.amount,
            entry.source_key.replace(prefix, new_prefix, 1),
            note=entry.note,
        )
        for entry in booked
    ]
    _post(tab, reversals, now=now, payment=payment)


def post_dispute(dispute: Dispute, *, tab: Tab, now: datetime) -> None:
    """Book what the bank took or gave back, and what was given up, as far as it is not booked."""
    key = f"dispute:{dispute.id}:"
    booked = LedgerEntry.objects.for_tab(tab.id).filter(source_key__startswith=key)
    wanted = dispute_money.withheld(
        DisputeState(dispute.state), withdrawn=dispute.withdrawn, reinstated=dispute.reinstated
    )
    there = Withheld(
        disputed=booked.balance_of(Account.DISPUTED, dispute.currency),
        lost=booked.balance_of(Account.DISPUTE_LOSSES, dispute.currency),
    )
    shift, turn = dispute_money.shift(there, wanted), booked.count() + 1
    moves = [
        _either_way(Account.DISPUTED, Account.CLEARING, shift.taken, f"{key}{turn}:taken"),
        _either_way(Account.DISPUTE_LOSSES, Account.DISPUTED, shift.lost, f"{key}{turn}:lost"),
    ]
    _post(tab, moves, now=now, payment=dispute.payment)


def post_dispute_fee(
    dispute: Dispute, *, tab: Tab, transaction_id: str, fee: Money, now: datetime
) -> None:
    """What Stripe took for the dispute, or gave back; once for each of its transactions."""
    key = f"dispute-fee:{transaction_id}"
    if not LedgerEntry.objects.filter(source_key=key).exists():
        move = _either_way(Account.DISPUTE_FEES, Account.CLEARING, fee, key)
        _post(tab, [move], now=now, payment=dispute.payment)


def _either_way(debit: Account, credit: Account, amount: Money, source_key: str) -> Move:
    """A negative amount moves back."""
    if amount.minor < 0:
        return Move(credit, debit, -amount, source_key)
    return Move(debit, credit, amount, source_key)


def _post(
    tab: Tab, moves: Iterable[Move], *, now: datetime, payment: Payment | None = None
) -> None:
    """Write what moved; nothing moves by zero. A source that was booked before refuses loudly."""
    insert_all(
        [
            LedgerEntry(
                venue_id=tab.venue_id,
                tab_id=tab.id,
                payment=payment,
                debit=move.debit,
                credit=move.credit,
                amount_minor=move.amount.minor,
                currency=move.amount.currency,
                source_key=move.source_key,
                note=move.note,
                occurred_at=now,
            )
            for move in moves
            if not move.amount.is_zero
        ]
    )


def post_fee(movement: BalanceMovement, *, payment: Payment, now: datetime) -> None:
    """What Stripe kept of a payment. Once for each movement of its balance."""
    fee = Money(movement.fee_minor, movement.currency)
    move = _either_way(Account.FEES, Account.CLEARING, fee, f"fee:{movement.movement_id}")
    _post(payment.tab, [move], now=now, payment=payment)


def post_payout(payout: Payout, *, venue_id: UUID, amount: Money, now: datetime) -> None:
    """A venue's share of what was sent to the bank; a share in the red came from the bank."""
    key = f"payout:{payout.payout_id}:{venue_id}"
    move = _either_way(Account.BANK, Account.CLEARING, amount, key)
    if move.amount.is_zero:
        return
    LedgerEntry.objects.create(
        venue_id=venue_id,
        debit=move.debit,
        credit=move.credit,
        amount_minor=move.amount.minor,
        currency=move.amount.currency,
        source_key=move.source_key,
        occurred_at=now,
    )
