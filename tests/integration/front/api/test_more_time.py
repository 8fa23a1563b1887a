"""More time by the API: once for one key, refused with the field or the code that says why."""

from __future__ import annotations

import pytest

from config.kernel import clock
from payments.models import Extension
from tests.factories import EVENING


@pytest.fixture(autouse=True)
def _in_the_evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)


def test_a_day_is_agreed_and_a_repeat_is_the_same(till, closed_tab):
    first, again = (
        till.send("post", f"tabs/{closed_tab.id}/extension/", {"until": "2026-03-11"}, key="more-1")
        for _ in range(2)
    )

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["due_at"].startswith("2026-03-11T23:59")
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("until", ["2027-03-11", "never", 11, None])
def test_a_wrong_day_is_said_at_its_field(till, closed_tab, until):
    answer = till.post(f"tabs/{closed_tab.id}/extension/", {"until": until})

    assert answer.status_code == 400
    assert "until" in answer.content.decode()


def test_not_while_it_is_open(till, tab):
    answer = till.post(f"tabs/{tab.id}/extension/", {"until": "2026-03-11"})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_owing")
