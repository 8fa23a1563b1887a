"""Comps and discounts over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orders.models import Reduction
from payments.services import closing
from tests.factories import EVENING
from tests.software import Software

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(niamh):
    """A program with the manager's key."""
    return Software(niamh)


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def test_a_line_on_the_house_stands_on_the_bill(office, tab):
    line = str(tab.lines.get().id)

    bill = office.post(
        f"tabs/{tab.id}/comps/", {"line": line, "quantity": 1, "reason": "A kindness"}
    ).json()

    [shown] = bill["lines"]
    assert (shown["amount"], shown["off"], bill["totals"]["total"]) == (eur(0), eur(320), eur(0))
    [reduction] = shown["reductions"]
    assert {key: reduction[key] for key in ("kind", "quantity", "amount", "reason")} == {
        "kind": "comp", "quantity": 1, "amount": eur(320), "reason": "A kindness",
    }  # fmt: skip
    told = office.get(f"tabs/{tab.id}/").json()["history"]
    assert told[-1]["kind"] == "comp"


@pytest.mark.parametrize(
    ("asked", "left"),
    [({"percent": "12.5"}, 280), ({"percent": 25}, 240), ({"amount": eur(20)}, 300)],
    ids=["text", "number", "amount"],
)
def test_a_discount_off_the_tab(office, tab, asked, left):
    answer = office.post(f"tabs/{tab.id}/discounts/", asked | {"reason": "An offer"})

    assert (answer.status_code, answer.json()["totals"]["total"]) == (201, eur(left))


@pytest.mark.parametrize(
    "asked",
    [{}, {"percent": "10", "amount": eur(20)}, {"percent": "ten"}, {"percent": "0"},
     {"amount": eur(0)}, {"amount": {"minor": 20, "currency": "GBP"}}, {"percent": "101"}],
    ids=["neither", "both", "words", "none", "zero", "foreign", "too_much"],
)  # fmt: skip
def test_a_discount_that_is_none_is_bad_input(office, tab, asked):
    answer = office.post(f"tabs/{tab.id}/discounts/", asked | {"reason": "An offer"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_the_same_call_again_takes_off_nothing_more(office, tab):
    first, again = (
        office.post(f"tabs/{tab.id}/discounts/", {"percent": "10", "reason": "Offer"}, key="once")
        for _twice in range(2)
    )

    assert (first.json(), Reduction.objects.count()) == (again.json(), 1)
    assert again["Idempotent-Replayed"] == "true"


def test_a_line_or_reduction_of_nobodys_is_not_there(office, tab):
    comp = office.post(f"tabs/{tab.id}/comps/", {"line": str(uuid4()), "reason": "A kindness"})
    back = office.post(f"tabs/{tab.id}/reductions/{uuid4()}/withdrawal/")

    assert (comp.status_code, back.status_code) == (404, 404)


def test_it_is_charged_again_once_or_twice(office, tab):
    office.post(f"tabs/{tab.id}/discounts/", {"percent": "10", "reason": "Offer"})
    path = f"tabs/{tab.id}/reductions/{Reduction.objects.get().id}/withdrawal/"

    first, again = office.post(path), office.post(path)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["totals"]["total"] == eur(320)


def test_a_closed_tab_owes_less(office, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    bill = office.post(f"tabs/{tab.id}/discounts/", {"amount": eur(120), "reason": "Sorry"}).json()

    assert (bill["status"], bill["totals"]["balance"]) == ("closed", eur(200))
