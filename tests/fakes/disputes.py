"""Disputes, in memory: opened and decided as a bank would, answered once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from config.kernel.money import Money
from payments.gateway.errors import GatewayBug, NotFound
from payments.gateway.snapshots import DisputeFee, DisputeSnapshot
from payments.gateway.specs import EvidenceSpec
from payments.rules.dispute_states import ANSWERABLE, DisputeState
from tests.fakes.book import Book, FakeCalls

DUE_AFTER = timedelta(days=9)
FEE = 1_500
REVIEWED = {
    DisputeState.INQUIRY: DisputeState.INQUIRY_REVIEW,
    DisputeState.NEEDS_RESPONSE: DisputeState.UNDER_REVIEW,
}


def open_dispute(
    book: Book, intent_id: str, *, at: datetime, reason: str = "fraudulent", inquiry: bool = False
) -> str:
    """The bank takes the payment back, or only asks about it; the dispute's name."""
    payment = next(
        page.payment
        for page in book.pages.values()
        if page.payment and page.payment.intent_id == intent_id
    )
    dispute_id = f"du_{len(book.disputes) + 1}"
    nothing = Money.zero(payment.received.currency)
    fee = DisputeFee(transaction_id=f"txn_{dispute_id}", amount=Money(FEE, nothing.currency))
    book.disputes[dispute_id] = DisputeSnapshot(
        dispute_id=dispute_id,
        intent_id=intent_id,
        state=DisputeState.INQUIRY if inquiry else DisputeState.NEEDS_RESPONSE,
        reason="general" if inquiry else reason,
        amount=payment.received,
        withdrawn=nothing if inquiry else payment.received,
        reinstated=nothing,
        fees=() if inquiry else (fee,),
        due_by=(at + DUE_AFTER).replace(microsecond=0),
        is_refundable=inquiry,
        submissions=0,
        metadata={},
        created_at=at,
    )
    return dispute_id


def decide(book: Book, dispute_id: str, state: DisputeState) -> DisputeSnapshot:
    """The end: what was won comes back."""
    dispute = book.disputes[dispute_id]
    if state == DisputeState.WON:
        dispute = replace(dispute, reinstated=dispute.withdrawn)
    book.disputes[dispute_id] = replace(dispute, state=state)
    return book.disputes[dispute_id]


class FakeDisputes(FakeCalls):
    def get_dispute(self, dispute_id: str) -> DisputeSnapshot:
        self._called("get_dispute")
        if dispute_id not in self.book.disputes:
            raise NotFound
        return self.book.disputes[dispute_id]

    def list_disputes(self, *, since: datetime) -> Iterator[DisputeSnapshot]:
        self._called("list_disputes")
        found = [each for each in self.book.disputes.values() if each.created_at >= since]
        yield from reversed(found)

    def submit_evidence(
        self, dispute_id: str, evidence: EvidenceSpec, *, key: str
    ) -> DisputeSnapshot:
        self._called("submit_evidence")
        dispute = self.book.disputes.get(dispute_id)
        if dispute is None:
            raise NotFound
        if key not in self.book.keys:
            if dispute.state not in ANSWERABLE:
                raise GatewayBug("It waits for no answer.")
            self.book.keys[key] = (evidence, dispute_id)
            self.book.disputes[dispute_id] = replace(
                dispute,
                state=REVIEWED[dispute.state],
                submissions=dispute.submissions + 1,
                metadata=evidence.metadata,
            )
        if self.book.keys[key][0] != evidence:
            raise GatewayBug("The key was used for other words.")
        self._answer()
        return self.book.disputes[dispute_id]
