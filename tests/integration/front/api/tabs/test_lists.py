"""Lists of tabs, and in how many statements calls about tabs are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Tab
from orders.services import tabs
from payments.models import CounterPayment
from payments.services import closing
from tests.factories import EVENING, make_tab
from tests.integration.front.api.tabs.conftest import eur

pytestmark = pytest.mark.django_db


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


# --- Lists ---------------------------------------------------------------------------------------
@pytest.fixture
def some_tabs(larkspur, ada, scone, mint):
    """An open one with a card, one due yesterday, one settled long ago, one void; newest first."""
    void = make_tab(larkspur, ada, now=EVENING - timedelta(days=3))
    tabs.void_tab(tab_id=void.id, by=ada, now=EVENING, reason="Left")
    late = make_tab(
        larkspur, ada, scone, now=EVENING - timedelta(days=2), token_code="MINT-01",
        email="grace@example.org",
    )  # fmt: skip
    closing.close_and_request(tab_id=late.id, by=ada, now=EVENING - timedelta(days=2))
    opened = make_tab(larkspur, ada, scone, now=EVENING, token_code="MINT-01")
    return {"open": opened, "late": late, "void": void}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["open", "late", "void"]),
        ({"status": "open"}, ["open"]),
        ({"status": "void"}, ["void"]),
        ({"status": "settled"}, []),
        ({"owing": "true"}, ["late"]),
        ({"overdue": "true"}, ["late"]),
        ({"overdue": "true", "status": "open"}, []),
        ({"token": "mint1"}, ["open", "late"]),
        ({"token": "PLUM-02"}, []),
        ({"token": "???"}, []),
        ({"opened_after": "2026-03-05T00:00:00Z"}, ["open"]),
        ({"customer": "00000000-0000-4000-8000-000000000000"}, []),
    ],
)
def test_tabs_are_filtered(till, some_tabs, query, expected):
    answer = till.get("tabs/", **query)

    assert answer.status_code == 200
    assert ids(answer) == [str(some_tabs[name].id) for name in expected]


def test_tabs_of_a_guest_are_found(till, some_tabs):
    guest = some_tabs["late"].customer_id

    assert ids(till.get("tabs/", customer=guest)) == [str(some_tabs["late"].id)]


def test_a_listed_tab_has_its_sums_but_no_lines(till, some_tabs):
    late = till.get("tabs/", overdue="true").json()["results"][0]

    assert late["totals"] == {
        "total": eur(320), "paid": eur(0), "reserved": eur(0), "balance": eur(320),
    }  # fmt: skip
    assert late["is_overdue"] is True
    assert not {"lines", "payments", "history"} & set(late)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"status": "paid"}, "status"),
        ({"owing": "yes"}, "owing"),
        ({"customer": "42"}, "customer"),
        ({"opened_after": "yesterday"}, "opened_after"),
        ({"token": "x" * 25}, "token"),
        ({"token": "\x00"}, "token"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"page_size": "٣"}, "page_size"),
        ({"page_size": "1" * 5000}, "page_size"),
        ({"cursor": "bm90aGluZw=="}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"status": ["open", "void"]}, "status"),
    ],
)
def test_an_odd_filter_is_refused_by_its_name(till, query, field):
    answer = till.get("tabs/", **query)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


def test_pages_lead_forth_and_back(till, larkspur, ada):
    made = [
        make_tab(larkspur, ada, now=EVENING + timedelta(minutes=minute // 2)) for minute in range(7)
    ]
    expected = [
        str(tab.id) for tab in sorted(made, key=lambda t: (t.opened_at, t.id), reverse=True)
    ]

    first = till.get("tabs/", page_size=3)
    second = till.client.get(first.json()["next"])
    third = till.client.get(second.json()["next"])
    back = till.client.get(third.json()["previous"])

    assert [*ids(first), *ids(second), *ids(third)] == expected
    assert (first.json()["previous"], third.json()["next"]) == (None, None)
    assert ids(back) == ids(second)


# --- Statements ----------------------------------------------------------------------------------
def counted(do):
    with CaptureQueriesContext(connection) as asked:
        answer = do()
    assert answer.status_code < 300, answer.json()
    return len([each for each in asked if "SAVEPOINT" not in each["sql"]])


def test_a_list_takes_as_many_statements_for_many_tabs_as_for_one(till, larkspur, ada, scone):
    def make_closed_tab():
        tab = make_tab(larkspur, ada, scone)
        closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    make_closed_tab()
    till.get("tabs/")
    few = counted(lambda: till.get("tabs/"))
    for _more in range(5):
        make_closed_tab()

    assert (counted(lambda: till.get("tabs/")), few) == (few, 4)


def test_a_list_of_tabs_nobody_was_asked_to_pay_looks_for_no_money(till, larkspur, ada, scone):
    for _tab in range(3):
        make_tab(larkspur, ada, scone)
    till.get("tabs/")

    assert counted(lambda: till.get("tabs/")) == 2


def test_a_reopened_tab_owes_what_was_added_since(office, niamh, tab, scone):
    closing.close_and_request(tab_id=tab.id, by=niamh, now=EVENING)
    office.post(f"tabs/{tab.id}/reopening/", {"reason": "One more"})

    bill = office.post(f"tabs/{tab.id}/lines/", {"item": str(scone.id)}).json()

    assert bill["totals"]["total"] == bill["totals"]["balance"] == {"minor": 640, "currency": "EUR"}


def test_each_step_of_a_sale_takes_few_statements(till, flat_white, size, mint):
    large = str(size.modifiers.get(name="Large").id)
    till.get("venues/")
    opened = counted(lambda: till.post("tabs/", {"token": "MINT-01"}, key="open"))
    tab = Tab.objects.get()
    wanted = {"item": str(flat_white.id), "modifiers": [large]}

    till.post(f"tabs/{tab.id}/lines/", wanted)
    line = counted(lambda: till.post(f"tabs/{tab.id}/lines/", wanted, key="line"))
    many = counted(lambda: till.post(f"tabs/{tab.id}/lines/", [wanted] * 9, key="lines"))

    assert (opened <= 7, line <= 10, many) == (True, True, line)


def test_a_bill_takes_as_many_statements_for_many_lines_as_for_one(till, tab, scone):
    till.get("venues/")
    few = counted(lambda: till.get(f"tabs/{tab.id}/"))
    till.post(f"tabs/{tab.id}/lines/", [{"item": str(scone.id)}] * 9)

    assert (counted(lambda: till.get(f"tabs/{tab.id}/")), few) == (few, 4)


def test_counting_twice_is_one_payment(till, closed_tab):
    body = {"method": "cash", "amount": eur(320)}
    path = f"tabs/{closed_tab.id}/counter-payments/"

    first, second = (till.post(path, body, key="k") for _press in range(2))

    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")
    assert CounterPayment.objects.count() == 1
