"""Evidence over the API: read as facts, handed in once, and honest about what is not known."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.kernel import clock
from payments.gateway.errors import OutcomeUnknown
from payments.models import DisputeEvidence
from tests import disputed, fakes
from tests.software import Software

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(tab, ada, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: disputed.SOON)
    return disputed.dispute(disputed.pay_by_card(tab, ada))


@pytest.fixture
def hand_in(dispute, niamh):
    manager = Software(niamh)

    def make(body=None, *, key=None):
        path = f"disputes/{dispute.id}/evidence/"
        return manager.post(path, body or {}, key=key or str(uuid4()))

    return make


def test_the_pack_is_read_as_facts(dispute, niamh):
    pack = Software(niamh).get(f"disputes/{dispute.id}/evidence/").json()

    sections = {section["key"]: section["entries"] for section in pack["sections"]}
    assert (pack["dispute"], pack["tab"]) == (dispute.dispute_id, dispute.tab.number)
    assert {"dispute", "payment", "tab", "bill", "history"} <= set(sections)
    assert {"minor": 320, "currency": "EUR"} in [each.get("amount") for each in sections["bill"]]
    assert pack["texts"]["customer_email"] == "donal@example.org"


def test_it_is_handed_in_as_drafted_and_once_however_often_it_is_sent(hand_in):
    key = str(uuid4())

    first, again, later = hand_in(key=key), hand_in(key=key), hand_in({"statement": "Other words"})

    assert (first.status_code, first.json()["state"]) == (200, "arrived")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert later.json() == first.json()
    assert fakes.BOOK.calls.count("submit_evidence") == 1


def test_a_text_that_is_given_takes_the_place_of_the_drafted_one(hand_in):
    handed = hand_in({"statement": "They were here.", "activity": ""}).json()

    [(spec, _dispute)] = [
        (known, name) for known, name in fakes.BOOK.keys.values() if hasattr(known, "statement")
    ]
    assert handed["texts"]["statement"] == spec.statement == "They were here."
    assert spec.activity == ""
    assert spec.product != ""


def test_without_an_answer_it_is_under_way(hand_in, dispute, niamh):
    fakes.BOOK.fail_after.append(OutcomeUnknown("the answer got lost"))

    handed = hand_in()

    assert (handed.status_code, handed.json()["state"]) == (202, "under_way")
    assert Software(niamh).get(f"disputes/{dispute.id}/").json()["has_evidence"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"statement": 3}, 400, "invalid"),
        ({"story": "Long ago"}, 400, "invalid"),
        ({"statement": "x" * 20_001}, 400, "invalid"),
        ({"statement": "", "product": "", "activity": ""}, 400, "invalid"),
    ],
    ids=["a-number", "unknown", "too-long", "empty"],
)
def test_what_is_no_evidence_is_not_handed_in(hand_in, body, status, code):
    answer = hand_in(body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DisputeEvidence.objects.exists()


def test_it_needs_a_key(dispute, niamh):
    answer = Software(niamh).post(f"disputes/{dispute.id}/evidence/", {})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
