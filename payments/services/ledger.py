"""The only writer of ledger entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from config.kernel.money import Money
from orders.models import Tab
from orders.rules.totals import Totals
from payments.models import CounterPayment, LedgerEntry, Payment
from payments.rules.accounts import COUNTER_ACCOUNTS, Account, CounterMethod


def post_closing(*, tab: Tab, totals: Totals, now: datetime) -> None:
    """The tab was closed: its guest owes its sales and each tax. Once for each closing."""
    key = f"tab:{tab.id}:closing:{tab.closings}"
    rows = [_entry(tab, Account.RECEIVABLE, Account.SALES, totals.net, f"{key}:sales", now)]
    rows += [
        _entry(
            tab,
            Account.RECEIVABLE,
            Account.TAX,
            part.tax,
            f"{key}:tax:{part.name}:{part.rate.normalize():f}"[:120],
            now,
            note=f"{part.name} {part.rate.normalize():f} %",
        )
        for part in totals.taxes
    ]
    _post(rows)


def reverse_closing(*, tab: Tab, now: datetime) -> None:
    """The tab was opened again, or voided: what its last closing booked is booked back."""
    key = f"tab:{tab.id}:closing:{tab.closings}:"
    booked = LedgerEntry.objects.for_tab(tab.id).filter(source_key__startswith=key)
    _post(
        _entry(
            tab,
            Account(entry.credit),
            Account(entry.debit),
            entry.amount,
            entry.source_key.replace(":closing:", ":reversal:"),
            now,
            note=entry.note,
        )
        for entry in booked
    )


def post_payment(payment: Payment, *, tab: Tab, now: datetime) -> None:
    """A card payment was captured: its part of the bill, and its tip."""
    key = f"payment:{payment.id}"
    _post(
        [
            _entry(
                tab, Account.CLEARING, Account.RECEIVABLE, payment.amount, f"{key}:captured", now,
                payment=payment,
            ),
            _entry(
                tab, Account.CLEARING, Account.TIPS, payment.tip, f"{key}:tip", now,
                payment=payment,
            ),
        ]
    )  # fmt: skip


def post_counter_payment(payment: CounterPayment, *, tab: Tab, now: datetime) -> None:
    """Money was taken at the counter: its part of the bill, and its tip."""
    account = COUNTER_ACCOUNTS[CounterMethod(payment.method)]
    key = f"counter:{payment.id}"
    _post(
        [
            _entry(tab, account, Account.RECEIVABLE, payment.amount, f"{key}:bill", now),
            _entry(tab, account, Account.TIPS, payment.tip, f"{key}:tip", now),
        ]
    )


def _entry(
    tab: Tab,
    debit: Account,
    credit: Account,
    amount: Money,
    source_key: str,
    now: datetime,
    *,
    note: str = "",
    payment: Payment | None = None,
) -> LedgerEntry:
    return LedgerEntry(
        venue_id=tab.venue_id,
        tab_id=tab.id,
        payment=payment,
        debit=debit,
        credit=credit,
        amount_minor=amount.minor,
        currency=amount.currency,
        source_key=source_key,
        note=note,
        occurred_at=now,
    )


def _post(entries: Iterable[LedgerEntry]) -> None:
    """Write what moved; nothing moves by zero. A source that was booked before refuses loudly."""
    LedgerEntry.objects.bulk_create([entry for entry in entries if entry.amount_minor > 0])
