"""Handing over, merging and splitting over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orders.models import Rearrangement, Tab
from payments.services import closing
from tests.factories import EVENING, make_item, make_tab

pytestmark = pytest.mark.django_db


@pytest.fixture
def dear(larkspur):
    """Something that three people can share: €10.00."""
    return make_item(larkspur, "Platter", 1000)


@pytest.fixture
def shared(larkspur, ada, dear):
    return make_tab(larkspur, ada, dear, label="Table 9")


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def total(till, tab_id):
    return till.get(f"tabs/{tab_id}/").json()["totals"]["total"]


def test_a_tab_is_split_and_the_parts_are_named(till, shared):
    answer = till.post(f"tabs/{shared.id}/split/", {"ways": 3}, key="k")

    bill = answer.json()
    assert (answer.status_code, bill["totals"]["total"], len(bill["parts"])) == (201, eur(334), 2)
    assert [total(till, part) for part in bill["parts"]] == [eur(333), eur(333)]
    assert bill["lines"][0]["moved"] == eur(666)
    part = till.get(f"tabs/{bill['parts'][0]}/").json()
    assert part["lines"][0]["share_of"] == bill["lines"][0]["id"]


@pytest.mark.parametrize(
    ("asked", "left"),
    [({"weights": [3, 1]}, 750), ({"amounts": [{"minor": 400, "currency": "EUR"}]}, 600)],
    ids=["weights", "amounts"],
)
def test_by_weights_and_by_amounts(till, shared, asked, left):
    bill = till.post(f"tabs/{shared.id}/split/", asked, key="k").json()

    assert bill["totals"]["total"] == eur(left)


def test_by_lines_and_back(till, shared, scone, ada, larkspur):
    line = till.post(f"tabs/{shared.id}/lines/", {"item": str(scone.id)}).json()["lines"][1]["id"]

    made = till.post(f"tabs/{shared.id}/split/", {"lines": [[line]]}, key="k").json()
    undone = till.post(f"tabs/{shared.id}/rearrangements/{made['rearrangement']}/undo/")

    assert made["totals"]["total"] == eur(1000)
    assert (undone.status_code, undone.json()["totals"]["total"]) == (200, eur(1320))
    emptied = till.get(f"tabs/{made['parts'][0]}/").json()
    assert (emptied["status"], emptied["merged_into"]) == ("merged", str(shared.id))


@pytest.mark.parametrize(
    ("asked", "status"),
    [({}, 400), ({"ways": 2, "weights": [1, 1]}, 400), ({"ways": 1}, 400), ({"weights": [1]}, 409),
     ({"amounts": [{"minor": 1000, "currency": "EUR"}]}, 409), ({"lines": [["NONE"]]}, 404),
     ({"ways": 20}, 201), ({"weights": [19, 1]}, 201), ({"weights": [99, 1]}, 409)],
    ids=["none", "two", "one", "alone", "all", "unknown", "many", "just", "small"],
)  # fmt: skip
def test_what_can_be_asked(till, shared, asked, status):
    if "lines" in asked:
        asked = {"lines": [[str(uuid4())]]}

    answer = till.post(f"tabs/{shared.id}/split/", asked, key="k")

    assert answer.status_code == status


@pytest.mark.parametrize("what", ["split", "merging"])
def test_a_key_is_required(till, shared, what):
    answer = till.post(f"tabs/{shared.id}/{what}/", {"ways": 2, "tab": str(uuid4())})

    assert answer.status_code == 400


def test_the_same_split_again_is_told_again(till, shared):
    first, again = (
        till.post(f"tabs/{shared.id}/split/", {"ways": 2}, key="k") for _twice in range(2)
    )

    assert (first.json(), Tab.objects.count()) == (again.json(), 2)


def test_two_closed_tabs_become_one(till, shared, larkspur, ada, dear):
    other = make_tab(larkspur, ada, dear)
    for each in (shared, other):
        closing.close_and_request(tab_id=each.id, by=ada, now=EVENING)

    bill = till.post(f"tabs/{shared.id}/merging/", {"tab": str(other.id)}, key="k").json()

    assert (bill["status"], bill["totals"]["balance"]) == ("closed", eur(2000))
    gone = till.get(f"tabs/{other.id}/").json()
    assert (gone["status"], gone["totals"]["balance"]) == ("merged", eur(0))
    assert till.get("tabs/", status="merged").json()["results"][0]["id"] == str(other.id)


def test_a_foreign_tab_does_not_join(till, shared, mallory):
    venue = mallory.memberships.get().venue
    foreign = make_tab(venue, mallory, make_item(venue, "Theirs", 100))

    answer = till.post(f"tabs/{shared.id}/merging/", {"tab": str(foreign.id)}, key="k")

    assert (answer.status_code, Rearrangement.objects.exists()) == (404, False)


def test_a_tab_is_handed_to_a_colleague_or_a_guest_on_file(till, shared, niamh):
    grace = till.post("customers/", {"email": "grace@example.org"}).json()["id"]

    to_niamh = till.post(f"tabs/{shared.id}/transfer/", {"colleague": niamh.email})
    to_grace = till.post(f"tabs/{shared.id}/transfer/", {"customer": grace})

    shared.refresh_from_db()
    assert (to_niamh.status_code, shared.in_charge) == (200, niamh)
    assert to_grace.json()["customer"]["id"] == grace


@pytest.mark.parametrize("asked", [{"colleague": "nobody@example.org"}, {"customer": str(uuid4())}],
                         ids=["colleague", "guest"])  # fmt: skip
def test_nobody_here_is_not_found(till, shared, asked):
    assert till.post(f"tabs/{shared.id}/transfer/", asked).status_code == 404
