"""What a service promises, and the guest's yes to it, over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orders.models import Acknowledgement, Line
from tests.factories import make_item, make_tab

pytestmark = pytest.mark.django_db
TEXTS = {"duration_minutes": 90, "expected_result": "A heart.", "limits": "No swans."}


@pytest.fixture
def course(larkspur):
    """A class for €35.00 that says what it can do and what not."""
    return make_item(larkspur, "Latte art class", 3500, **TEXTS)


@pytest.fixture
def waiting(larkspur, ada, course):
    """A tab with the class on it."""
    return make_tab(larkspur, ada, course)


@pytest.fixture
def yes(course):
    return {"way": "staff_screen", "name": "Grace", "digest": course.promise.digest}


def to_yes(tab):
    return f"tabs/{tab.id}/lines/{tab.lines.get().id}/acknowledgement/"


def promise_in(answer):
    return answer.json()["lines"][0]["promise"]


def test_the_catalogue_names_the_version_in_force(till, course, scone):
    found = {row["name"]: row for row in till.get("catalogue/").json()["results"]}

    service = found["Latte art class"]
    assert (service["duration"], service["expected_result"], service["limits"]) == (
        90,
        "A heart.",
        "No swans.",
    )
    assert service["promise"] == {"version": 1, "digest": course.promise.digest}
    assert found["Scone with jam"]["promise"] is None


def test_a_line_says_what_it_was_sold_under_and_waits(till, course, ada, larkspur):
    tab = make_tab(larkspur, ada)

    bill = till.post(f"tabs/{tab.id}/lines/", {"item": str(course.id)})

    assert bill.status_code == 201
    assert bill.json()["lines"][0]["state"] == "unsent"
    assert promise_in(bill) == {
        "version": 1,
        "digest": course.promise.digest,
        "duration": 90,
        "expected_result": "A heart.",
        "limits": "No swans.",
        "is_waiting": True,
        "acknowledgement": None,
    }


def test_a_line_without_a_promise_has_none(till, tab):
    assert promise_in(till.get(f"tabs/{tab.id}/")) is None


def test_a_yes_is_kept_and_the_tab_can_be_closed(till, waiting, yes):
    refused = till.post(f"tabs/{waiting.id}/closure/", {})

    bill = till.post(to_yes(waiting), yes)
    closed = till.post(f"tabs/{waiting.id}/closure/", {})

    said = promise_in(bill)["acknowledgement"]
    assert (refused.status_code, refused.json()["code"]) == (409, "promise_not_acknowledged")
    assert bill.status_code == 201
    assert (said["way"], said["name"], said["reason"]) == ("staff_screen", "Grace", "")
    assert promise_in(bill)["is_waiting"] is False
    assert closed.status_code == 200


def test_a_reason_lets_it_start_too(till, waiting):
    bill = till.post(to_yes(waiting), {"way": "waived", "reason": "Told on the phone"})

    said = promise_in(bill)["acknowledgement"]
    assert (said["way"], said["name"], said["reason"]) == ("waived", "", "Told on the phone")


def test_a_repeat_is_the_same_yes(till, waiting, yes):
    answers = [till.post(to_yes(waiting), yes, key="same") for _ in range(2)]
    answers.append(till.post(to_yes(waiting), yes | {"name": "Tom"}))

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert promise_in(answers[2])["acknowledgement"]["name"] == "Grace"
    assert Acknowledgement.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"digest": ""}, "digest"),
        ({"way": "own_phone"}, "way"),
        ({"way": "waived"}, "reason"),
        ({"way": "waived", "reason": "x" * 161}, "reason"),
        ({"pledge": "x"}, "pledge"),
    ],
)
def test_half_a_yes_is_bad_input(till, waiting, yes, change, field):
    answer = till.post(to_yes(waiting), yes | change)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert field in answer.json()["fields"]
    assert Acknowledgement.objects.count() == 0


def test_what_cannot_be_agreed_to_says_why(till, waiting, tab, yes):
    another = till.post(to_yes(waiting), yes | {"digest": "0" * 64})
    nothing = till.post(to_yes(tab), yes)
    unknown = till.post(f"tabs/{waiting.id}/lines/{uuid4()}/acknowledgement/", yes)

    assert (another.status_code, another.json()["code"]) == (409, "promise_changed")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_promised")
    assert unknown.status_code == 404
    assert Line.objects.filter(cleared_at=None).count() == 2
