"""Evidence: handed in once, in the words that were previewed; unknown is not failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orders.models import TabEvent
from orders.rules.roles import NotAllowed, Role
from payments.gateway.errors import GatewayBug, OutcomeUnknown
from payments.models import Dispute, DisputeEvidence, GatewayOperation, Payment
from payments.rules.dispute_states import DisputeState
from payments.rules.evidence import EvidenceEmpty, Texts
from payments.rules.operation_states import OperationState
from payments.services import accounts, disputes, evidence, reconciliation, snapshots
from payments.services.evidence import DisputeClosed, EvidenceRefused, EvidenceTooLate
from tests.fakes.disputes import decide, open_dispute
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db
TEXTS = Texts(product="Shakshuka", statement="He sat at table 4.", customer_name="Dónal")


@pytest.fixture
def dispute(open_page, book, niamh):
    open_page()
    book.pay("cs_1", at=SOON)
    snapshots.apply_checkout(book.pages["cs_1"], now=SOON)
    name = open_dispute(book, Payment.objects.get().intent_id, at=SOON)
    return disputes.apply_dispute(book.disputes[name], account=accounts.house_account(), now=SOON)


@pytest.fixture
def hand_in(dispute, niamh):
    def make(texts=TEXTS, role=Role.MANAGER, now=LATER):
        return evidence.submit(
            dispute_id=dispute.id, by=niamh, role=role, texts=texts, pack={"tab": 1}, now=now
        )

    return make


def test_evidence_reaches_the_bank(hand_in, book, dispute, niamh):
    handed = hand_in()

    dispute.refresh_from_db()
    assert (handed.arrived_at, handed.submitted_by) == (LATER, niamh)
    assert (handed.texts, handed.pack) == (TEXTS.as_dict(), {"tab": 1})
    assert dispute.state == DisputeState.UNDER_REVIEW
    assert TabEvent.objects.get(kind="dispute_answered").by == niamh
    sent = next(spec for spec, _name in book.keys.values() if hasattr(spec, "statement"))
    assert (sent.statement, sent.product) == ("He sat at table 4.", "Shakshuka")


def test_a_second_press_hands_in_nothing_more(hand_in, book):
    first = hand_in()

    again = hand_in(texts=replace(TEXTS, statement="Other words."))

    assert again == first
    assert book.calls.count("submit_evidence") == 1


def test_staff_may_not_hand_in(hand_in, book):
    with pytest.raises(NotAllowed):
        hand_in(role=Role.STAFF)

    assert DisputeEvidence.objects.count() == 0


def test_a_case_without_words_is_not_handed_in(hand_in, book):
    with pytest.raises(EvidenceEmpty):
        hand_in(texts=Texts(customer_name="Dónal"))

    assert "submit_evidence" not in book.calls


def test_after_the_day_it_is_too_late(hand_in, dispute, book):
    with pytest.raises(EvidenceTooLate):
        hand_in(now=dispute.due_at)

    assert "submit_evidence" not in book.calls


@pytest.mark.parametrize(
    "state", [DisputeState.UNDER_REVIEW, DisputeState.LOST, DisputeState.APPEAL_NEEDS_RESPONSE]
)
def test_what_waits_for_no_evidence_takes_none(hand_in, book, dispute, state):
    snapshot = replace(book.disputes[dispute.dispute_id], state=state)
    disputes.apply_dispute(snapshot, account=dispute.account, now=SOON)

    with pytest.raises(DisputeClosed):
        hand_in()


def test_an_answer_that_got_lost_is_under_way_until_it_is_known(hand_in, book, dispute):
    book.fail_after.append(OutcomeUnknown("timeout"))

    handed = hand_in()

    assert handed.is_under_way
    assert hand_in() == handed
    assert GatewayOperation.objects.get(kind="evidence").state == OperationState.UNKNOWN

    reconciliation.resolve_operations(now=LATER + timedelta(minutes=5))

    handed.refresh_from_db()
    dispute.refresh_from_db()
    assert handed.arrived_at == LATER + timedelta(minutes=5)
    assert dispute.state == DisputeState.UNDER_REVIEW
    assert book.disputes[dispute.dispute_id].submissions == 1


def test_a_day_later_it_is_looked_up_and_not_sent_again(hand_in, book, dispute):
    book.fail_after.append(OutcomeUnknown("timeout"))
    handed = hand_in()
    before = book.calls.count("submit_evidence")

    reconciliation.resolve_operations(now=LATER + timedelta(days=1))

    handed.refresh_from_db()
    assert handed.arrived_at == LATER + timedelta(days=1)
    assert book.calls.count("submit_evidence") == before


def test_what_never_arrived_may_be_handed_in_again(hand_in, book, dispute):
    book.fail_before.append(OutcomeUnknown("timeout"))
    handed = hand_in()

    reconciliation.resolve_operations(now=LATER + timedelta(days=1))

    handed.refresh_from_db()
    assert handed.refused
    assert hand_in(now=LATER + timedelta(days=2)).arrived_at == LATER + timedelta(days=2)


def test_a_determined_no_is_told_and_leaves_another_try(hand_in, book, dispute):
    book.fail_before.append(GatewayBug("no such field"))

    with pytest.raises(EvidenceRefused):
        hand_in()

    assert DisputeEvidence.objects.get().refused == "no such field"
    assert hand_in().arrived_at == LATER


def test_a_refusal_brings_the_news_that_explains_it(hand_in, book, dispute):
    """Stripe closed it a moment ago and nobody told us."""
    decide(book, dispute.dispute_id, DisputeState.LOST)

    with pytest.raises(EvidenceRefused):
        hand_in()

    assert Dispute.objects.get().state == DisputeState.LOST
    with pytest.raises(DisputeClosed):
        hand_in()
