"""Putting a venue's case before the bank: once, in the very words that were previewed."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.rules.roles import Right, Role, ensure_may
from orders.services import history
from payments.gateway.errors import Busy, GatewayError, OutcomeUnknown
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import DisputeSnapshot
from payments.gateway.specs import EvidenceSpec
from payments.models import Dispute, DisputeEvidence, GatewayOperation
from payments.rules.evidence import Texts, ensure_fits
from payments.rules.operation_states import OperationKind
from payments.services import disputes, operations
from payments.services.operations import Errand

logger = logging.getLogger(__name__)


class DisputeClosed(DomainError):
    """It is decided, or the bank is looking at it already."""

    code = "dispute_closed"


class EvidenceTooLate(DomainError):
    """The day by which the bank takes evidence is over."""

    code = "evidence_too_late"


class EvidenceRefused(DomainError):
    """Stripe would not take it."""

    code = "evidence_refused"


class Handing(Errand[DisputeSnapshot]):
    """Have Stripe take the evidence and pass it on at once."""

    def ask(self, gateway: PaymentGateway) -> DisputeSnapshot:
        spec = EvidenceSpec(
            **self.operation.params["texts"], metadata={"op": str(self.operation.id)}
        )
        return gateway.submit_evidence(self._dispute_id, spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> DisputeSnapshot | None:
        snapshot = gateway.get_dispute(self._dispute_id)
        return snapshot if snapshot.metadata.get("op") == str(self.operation.id) else None

    def record(self, _answer: DisputeSnapshot, /) -> None:
        """That it arrived; how the dispute stands is taken over under the tab's lock."""
        evidence = self._evidence()
        evidence.arrived_at = self.now
        evidence.save(update_fields=["arrived_at"])
        history.record(
            tab_id=evidence.dispute.tab_id,
            kind="dispute_answered",
            at=self.now,
            by=evidence.submitted_by,
            amount_minor=evidence.dispute.amount_minor,
        )

    def refuse(self, error: GatewayError, /) -> None:
        evidence = self._evidence()
        evidence.refused = (str(error) or type(error).__name__)[:300]
        evidence.save(update_fields=["refused"])

    @property
    def _dispute_id(self) -> str:
        return str(self.operation.params["dispute_id"])

    def _evidence(self) -> DisputeEvidence:
        rows = DisputeEvidence.objects.select_for_update(of=("self",))
        return rows.select_related("dispute", "submitted_by").get(id=self.operation.subject_id)


def submit(
    *,
    dispute_id: UUID,
    by: User,
    role: Role,
    texts: Texts,
    pack: dict[str, Any],
    now: datetime,
) -> DisputeEvidence:
    """Hand the evidence in. What was handed in before, by whomever, stays the only one.

    Without an answer from Stripe it comes back under way: a sweep finds out whether it arrived.

    :raises NotAllowed: the role does not reach that far.
    :raises EvidenceEmpty, EvidenceTooLong: see `ensure_fits`.
    :raises DisputeClosed, EvidenceTooLate: the bank takes nothing any more.
    :raises EvidenceRefused: Stripe would not take it; it may be tried again.
    """
    ensure_may(role, Right.REVIEW_MONEY)
    ensure_fits(texts)
    evidence, operation = _prepare(dispute_id, by=by, texts=texts, pack=pack, now=now)
    if operation is not None:
        _hand_in(operation, now=now)
        evidence.refresh_from_db()
    return evidence


def resolve(operation: GatewayOperation, *, now: datetime) -> None:
    """Find out whether evidence without an answer arrived.

    :raises OutcomeUnknown, Busy: still nobody can say.
    """
    answer = operations.resolve(Handing(operation=operation, now=now))
    if isinstance(answer, DisputeSnapshot):
        disputes.apply_dispute(answer, account=operation.account, now=now)


@transaction.atomic
def _prepare(
    dispute_id: UUID, *, by: User, texts: Texts, pack: dict[str, Any], now: datetime
) -> tuple[DisputeEvidence, GatewayOperation | None]:
    """The evidence, and the call that hands it in unless it was made before."""
    tab = Tab.objects.lock(Dispute.objects.values_list("tab_id", flat=True).get(id=dispute_id))
    dispute = Dispute.objects.select_for_update().get(id=dispute_id)
    before = dispute.evidence.filter(refused="").first()
    if before is not None:
        return before, None
    _ensure_answerable(dispute, now=now)
    evidence = DisputeEvidence.objects.create(
        dispute=dispute, submitted_by=by, submitted_at=now, texts=texts.as_dict(), pack=pack
    )
    operation = operations.prepare(
        kind=OperationKind.SUBMIT_EVIDENCE,
        subject_id=evidence.id,
        account_id=dispute.account_id,
        tab=tab,
        params={"dispute_id": dispute.dispute_id, "texts": texts.as_dict()},
        now=now,
    )
    return evidence, operation


def _ensure_answerable(dispute: Dispute, *, now: datetime) -> None:
    if dispute.is_answerable(now):
        return
    if dispute.awaits_answer:
        raise EvidenceTooLate(
            gettext_noop("The bank took evidence until the date above. It is too late now.")
        )
    raise DisputeClosed(
        gettext_noop("The bank takes no evidence any more: it is decided, or being looked at.")
    )


def _hand_in(operation: GatewayOperation, *, now: datetime) -> None:
    try:
        answer = operations.run(Handing(operation=operation, now=now))
    except (OutcomeUnknown, Busy):
        return
    except GatewayError as error:
        logger.exception("Stripe refused the evidence %s", operation.subject_id)
        # Most likely it was decided a moment ago and the news is on its way.
        disputes.look_at(Dispute.objects.get(evidence=operation.subject_id), now=now)
        raise EvidenceRefused(
            gettext_noop("Stripe did not take the evidence. Nothing was handed in. Try again.")
        ) from error
    disputes.apply_dispute(answer, account=operation.account, now=now)
