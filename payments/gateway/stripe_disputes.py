"""Stripe's disputes: looked at, listed, and answered with evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import stripe

from config.kernel.money import Money
from config.kernel.transactions import outside_transaction
from payments.gateway import stripe_words
from payments.gateway.errors import GatewayBug
from payments.gateway.snapshots import DisputeFee, DisputeSnapshot
from payments.gateway.specs import EvidenceSpec
from payments.gateway.stripe_client import PAGE, StripeCalls, our_errors
from payments.rules.dispute_states import DisputeState

if TYPE_CHECKING:
    from stripe.params import DisputeModifyParamsEvidence

STATES: Final[Mapping[str, DisputeState]] = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY_REVIEW,
    "warning_closed": DisputeState.INQUIRY_CLOSED,
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "under_review": DisputeState.UNDER_REVIEW,
    "prevented": DisputeState.PREVENTED,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "appeal_needs_response": DisputeState.APPEAL_NEEDS_RESPONSE,
    "appeal_under_review": DisputeState.APPEAL_UNDER_REVIEW,
}
# Stripe keeps so many characters of each text.
LONGEST: Final = 20_000


class StripeDisputes(StripeCalls):
    @outside_transaction
    def get_dispute(self, dispute_id: str) -> DisputeSnapshot:
        with our_errors():
            return _snapshot(self._stripe.v1.disputes.retrieve(dispute_id))

    @outside_transaction
    def list_disputes(self, *, since: datetime) -> Iterator[DisputeSnapshot]:
        with our_errors():
            disputes = self._stripe.v1.disputes.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            )
            for dispute in disputes.auto_paging_iter():
                yield _snapshot(dispute)

    @outside_transaction
    def submit_evidence(
        self, dispute_id: str, evidence: EvidenceSpec, *, key: str
    ) -> DisputeSnapshot:
        with our_errors():
            dispute = self._stripe.v1.disputes.update(
                dispute_id,
                {
                    "evidence": _texts(evidence),
                    "metadata": dict(evidence.metadata),
                    "submit": True,
                },
                {"idempotency_key": key},
            )
        return _snapshot(dispute)


def _texts(evidence: EvidenceSpec) -> DisputeModifyParamsEvidence:
    texts: DisputeModifyParamsEvidence = {
        "customer_name": evidence.customer_name,
        "customer_email_address": evidence.customer_email,
        "product_description": evidence.product[:LONGEST],
        "service_date": evidence.service_date,
        "refund_policy_disclosure": evidence.policy[:LONGEST],
        "access_activity_log": evidence.activity[:LONGEST],
        "duplicate_charge_explanation": evidence.duplicate[:LONGEST],
        "refund_refusal_explanation": evidence.refusal[:LONGEST],
        "uncategorized_text": evidence.statement[:LONGEST],
    }
    # Left out, not empty: an empty text would wipe what somebody has written at Stripe.
    empty = [name for name, text in texts.items() if not text]
    for name in empty:
        del texts[name]  # type: ignore[misc]  # Every name is one of its own keys.
    return texts


def _snapshot(dispute: stripe.Dispute) -> DisputeSnapshot:
    state = STATES.get(dispute.status)
    if state is None:
        raise GatewayBug(f"Dispute {dispute.id} is in a state nobody knows: {dispute.status}")
    intent, details = dispute.payment_intent, dispute.evidence_details
    amount = stripe_words.money(dispute.amount, dispute.currency)
    moved = [_moved(each, amount) for each in dispute.balance_transactions]
    return DisputeSnapshot(
        dispute_id=dispute.id,
        intent_id=intent if isinstance(intent, str) else intent.id if intent else "",
        state=state,
        reason=dispute.reason,
        amount=amount,
        withdrawn=_sum([-each for each in moved if each.minor < 0], amount.currency),
        reinstated=_sum([each for each in moved if each.is_positive], amount.currency),
        fees=tuple(
            DisputeFee(transaction_id=each.id, amount=stripe_words.money(each.fee, each.currency))
            for each in dispute.balance_transactions
            if each.fee
        ),
        due_by=datetime.fromtimestamp(details.due_by, tz=UTC) if details.due_by else None,
        is_refundable=dispute.is_charge_refundable,
        submissions=details.submission_count,
        metadata=stripe_words.plain(dispute.metadata),
        created_at=datetime.fromtimestamp(dispute.created, tz=UTC),
    )


def _moved(transaction: stripe.BalanceTransaction, disputed: Money) -> Money:
    """What a movement comes to in the payment's currency.

    An account that settles in another one is told its own figure; the whole dispute moved then.
    """
    if transaction.currency.upper() == disputed.currency:
        return stripe_words.money(transaction.amount, disputed.currency)
    return disputed if transaction.amount > 0 else -disputed


def _sum(amounts: list[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))
