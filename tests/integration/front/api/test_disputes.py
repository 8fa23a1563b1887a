"""Disputes over the API: read by whoever answers for the money."""

from __future__ import annotations

import pytest

from tests import disputed
from tests.software import Software

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(tab, ada):
    return disputed.dispute(disputed.pay_by_card(tab, ada))


def test_a_dispute_says_where_the_money_is_and_until_when_to_answer(dispute, niamh):
    listed = Software(niamh).get("disputes/").json()["results"]
    one = Software(niamh).get(f"disputes/{dispute.id}/").json()

    assert listed == [one]
    assert one | {"id": "", "payment": "", "tab": ""} == {
        "id": "",
        "payment": "",
        "tab": "",
        "state": "needs_response",
        "reason": "fraudulent",
        "amount": {"minor": 320, "currency": "EUR"},
        "withheld": {"minor": 320, "currency": "EUR"},
        "due_at": "2026-03-15T19:35:00Z",
        "has_evidence": False,
        "opened_at": "2026-03-06T19:35:00Z",
        "closed_at": None,
    }


def test_another_venues_disputes_are_not_listed(dispute, mallory):
    assert Software(mallory).get("disputes/").json()["results"] == []


def test_an_unknown_filter_is_told(dispute, niamh):
    assert Software(niamh).get("disputes/", state="won").status_code == 400
