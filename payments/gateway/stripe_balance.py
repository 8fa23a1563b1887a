"""Stripe's balance: what moved it, and what went to the bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import stripe

from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.snapshots import MovementSnapshot, PayoutSnapshot
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors


class StripeBalance(StripeCalls):
    @outside_transaction
    def list_movements(self, *, since: datetime) -> Iterator[MovementSnapshot]:
        with our_errors():
            listed = self._stripe.v1.balance_transactions.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            for movement in listed.auto_paging_iter():
                yield _movement(movement)

    @outside_transaction
    def list_movements_of(self, payout_id: str) -> Iterator[MovementSnapshot]:
        with our_errors():
            listed = self._stripe.v1.balance_transactions.list({"payout": payout_id, "limit": PAGE})
            for movement in listed.auto_paging_iter():
                if movement.type != "payout":
                    yield _movement(movement)

    @outside_transaction
    def list_payouts(self, *, since: datetime) -> Iterator[PayoutSnapshot]:
        with our_errors():
            listed = self._stripe.v1.payouts.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            for payout in listed.auto_paging_iter():
                yield PayoutSnapshot(
                    payout_id=payout.id,
                    amount=stripe_words.money(payout.amount, payout.currency),
                    is_paid=payout.status == "paid",
                    created_at=_moment(payout.created),
                    arrives_at=_moment(payout.arrival_date),
                )


def _movement(movement: stripe.BalanceTransaction) -> MovementSnapshot:
    source = movement.source
    return MovementSnapshot(
        movement_id=movement.id,
        kind=movement.type,
        source_id=source if isinstance(source, str) else "",
        amount=stripe_words.money(movement.amount, movement.currency),
        fee=stripe_words.money(movement.fee, movement.currency),
        net=stripe_words.money(movement.net, movement.currency),
        happened_at=_moment(movement.created),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
