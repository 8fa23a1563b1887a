"""A tab's life over the API: what each call does, what it answers, and in how many statements."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Line, Tab
from orders.selectors import links
from orders.services import tabs
from payments.models import CounterPayment, LedgerEntry
from payments.services import closing
from tests.factories import EVENING, make_item, make_tab
from tests.software import Software

pytestmark = pytest.mark.django_db
EUR = "EUR"


def eur(minor):
    return {"minor": minor, "currency": EUR}


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_a_tab_is_opened_with_a_card_and_a_guest(till, mint):
    answer = till.post(
        "tabs/",
        {
            "label": "Table 4",
            "token": "mint 1",
            "guests_count": 2,
            "customer": {"name": "Donal", "email": "Donal@Example.org"},
        },
    )

    bill = answer.json()
    tab = Tab.objects.get()
    assert answer.status_code == 201
    assert bill["id"] == str(tab.id)
    assert (bill["number"], bill["status"], bill["label"], bill["token"]) == (
        1, "open", "Table 4", "MINT-01",
    )  # fmt: skip
    assert (bill["customer"]["name"], bill["customer"]["email"]) == ("Donal", "donal@example.org")
    assert bill["totals"]["balance"] == eur(0)
    assert "history" not in bill
    told = till.get(f"tabs/{tab.id}/").json()["history"]
    assert [event["kind"] for event in told] == ["opened"]
    assert bill["guest_url"] == f"http://testserver/t/{tab.guest_key}/"


def test_a_purchase_order_is_given_at_opening_and_changed_later(till):
    tab = till.post("tabs/", {"purchase_order": "PO-1"}).json()

    changed = till.put(f"tabs/{tab['id']}/purchase-order/", {"purchase_order": "PO-2"})

    assert tab["purchase_order"] == "PO-1"
    assert (changed.status_code, changed.json()["purchase_order"]) == (200, "PO-2")
    assert till.get("tabs/").json()["results"][0]["purchase_order"] == "PO-2"


@pytest.mark.parametrize("body", [{}, {"purchase_order": "4" * 41}, {"purchase_order": 4711}])
def test_a_purchase_order_of_another_shape_is_refused(till, body):
    tab = till.post("tabs/", {"purchase_order": "PO-1"}).json()

    answer = till.put(f"tabs/{tab['id']}/purchase-order/", body)

    assert answer.status_code == 400
    assert Tab.objects.get().purchase_order == "PO-1"


def test_the_purchase_order_of_a_void_tab_stays(till, olga):
    tab = make_tab(olga.memberships.get().venue, olga)
    tabs.void_tab(tab_id=tab.id, by=olga, now=EVENING, reason="Left")

    answer = till.put(f"tabs/{tab.id}/purchase-order/", {"purchase_order": "PO-2"})

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")


def test_a_tab_is_opened_for_somebody_on_file(till):
    known = till.post("customers/", {"name": "Grace", "phone": "085 123 4567"}).json()

    bill = till.post("tabs/", {"customer": {"id": known["id"]}}).json()

    assert bill["customer"] == {
        "id": known["id"], "name": "Grace", "email": "", "phone": "+353851234567",
    }  # fmt: skip


def test_lines_come_with_choices_and_are_sent_at_once(till, empty_tab, flat_white, size, milk):
    large, oat = size.modifiers.get(name="Large"), milk.modifiers.get(name="Oat")

    answer = till.post(
        f"tabs/{empty_tab.id}/lines/",
        {
            "item": str(flat_white.id),
            "quantity": 2,
            "modifiers": [str(large.id), str(oat.id)],
            "note": "extra hot",
        },
    )

    bill = answer.json()
    line = bill["lines"][0]
    assert answer.status_code == 201
    assert (line["name"], line["state"], line["quantity"]) == ("Flat white", "sent", 2)
    assert (line["unit_price"], line["amount"], line["note"]) == (eur(490), eur(980), "extra hot")
    assert [choice["name"] for choice in line["modifiers"]] == ["Large", "Oat"]
    assert bill["totals"] == {
        "subtotal": eur(980), "tax": eur(117), "service_charge": eur(0), "rounding": eur(0),
        "total": eur(980), "paid": eur(0), "reserved": eur(0), "balance": eur(980),
    }  # fmt: skip


def test_fifty_lines_come_at_once(till, empty_tab, scone):
    answer = till.post(f"tabs/{empty_tab.id}/lines/", [{"item": str(scone.id)}] * 50)

    assert (answer.status_code, len(answer.json()["lines"])) == (201, 50)


def test_one_impossible_line_of_many_adds_none(till, empty_tab, scone):
    wanted = [{"item": str(scone.id)}, {"item": str(uuid4())}]

    answer = till.post(f"tabs/{empty_tab.id}/lines/", wanted)

    assert (answer.status_code, answer.json()["code"]) == (409, "item_unknown")
    assert not Line.objects.exists()


def test_a_line_changes_and_is_voided_with_a_reason(till, tab):
    line = tab.lines.get()

    changed = till.patch(f"tabs/{tab.id}/lines/{line.id}/", {"quantity": 3, "note": "warm"})
    voided = till.post(f"tabs/{tab.id}/lines/{line.id}/void/", {"reason": "Dropped"})

    assert (changed.json()["totals"]["total"], changed.json()["lines"][0]["note"]) == (
        eur(960), "warm",
    )  # fmt: skip
    shown = voided.json()
    assert (shown["totals"]["total"], shown["lines"][0]["void_reason"]) == (eur(0), "Dropped")


def test_what_was_sent_keeps_its_quantity(till, empty_tab, scone):
    bill = till.post(f"tabs/{empty_tab.id}/lines/", {"item": str(scone.id)}).json()

    answer = till.patch(f"tabs/{empty_tab.id}/lines/{bill['lines'][0]['id']}/", {"quantity": 2})

    assert (answer.status_code, answer.json()["code"]) == (409, "line_sent")


def test_closing_tells_the_caller_the_link_and_nobody_else(till, office, tab):
    closed = till.post(f"tabs/{tab.id}/closure/", {"email": "donal@example.org"})
    read = office.get(f"tabs/{tab.id}/")

    bill = closed.json()
    token = re.fullmatch(r"http://testserver/p/([\w-]{43})/", bill["payment_link"])[1]
    assert (closed.status_code, bill["status"], bill["totals"]["balance"]) == (
        200, "closed", eur(320),
    )  # fmt: skip
    assert links.find_tab(token=token, now=EVENING) == tab
    assert bill["due_at"] is not None
    assert "payment_link" not in read.json()
    assert token not in read.content.decode()


def test_money_at_the_counter_settles_a_tab(till, closed_tab):
    path = f"tabs/{closed_tab.id}/counter-payments/"

    half = till.post(path, {"method": "cash", "amount": eur(100), "tip": eur(50)}, key="1")
    rest = till.post(path, {"method": "card_terminal", "amount": eur(220)}, key="2")

    assert (half.status_code, half.json()["status"]) == (201, "closed")
    assert half.json()["totals"]["balance"] == eur(220)
    bill = rest.json()
    assert (bill["status"], bill["totals"]["paid"]) == ("settled", eur(320))
    assert [(paid["method"], paid["amount"], paid["tip"]) for paid in bill["payments"]] == [
        ("cash", eur(100), eur(50)),
        ("card_terminal", eur(220), eur(0)),
    ]
    assert [paid["receipt"] for paid in bill["payments"]] == ["R-2026-00001", "R-2026-00002"]


def test_a_tab_is_reopened_and_voided_by_a_manager(office, closed_tab):
    opened = office.post(f"tabs/{closed_tab.id}/reopening/", {"reason": "One more"})
    voided = office.post(f"tabs/{closed_tab.id}/void/", {"reason": "All wrong"})

    assert (opened.json()["status"], voided.json()["status"]) == ("open", "void")
    assert voided.json()["totals"]["balance"] == eur(0)


def test_staff_void_a_tab_with_nothing_on_it(till, empty_tab):
    answer = till.post(f"tabs/{empty_tab.id}/void/", {"reason": "Left"})

    assert (answer.status_code, answer.json()["status"]) == (200, "void")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("lines/", {"item": "ITEM"}, "tab_not_open"),
        ("closure/", {}, "illegal_move"),
        ("counter-payments/", {"method": "cash", "amount": eur(9999)}, "more_than_owed"),
    ],
)
def test_a_refusal_of_the_domain_is_409(till, closed_tab, scone, path, body, code):
    body = {name: str(scone.id) if value == "ITEM" else value for name, value in body.items()}
    before = LedgerEntry.objects.count()

    answer = till.post(f"tabs/{closed_tab.id}/{path}", body, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert set(answer.json()) == {"code", "detail"}
    assert LedgerEntry.objects.count() == before


def test_a_card_on_another_tab_is_refused_with_that_tab(till, mint):
    till.post("tabs/", {"label": "Table 1", "token": "MINT-01"})

    answer = till.post("tabs/", {"label": "Table 2", "token": "MINT-01"})

    assert (answer.status_code, answer.json()["code"]) == (409, "token_in_use")
    assert "Table 1" in answer.json()["detail"]
    assert Tab.objects.count() == 1


@pytest.mark.parametrize(
    ("venue", "staff", "amount", "total"),
    [("odile", "sora", 55_000, 55_000), ("northfold", "yousef", 42_500, 42_500)],
)
def test_other_currencies_count_in_their_own_units(request, venue, staff, amount, total):
    place, person = request.getfixturevalue(venue), request.getfixturevalue(staff)
    tab = make_tab(place, person, make_item(place, "An hour", amount))
    till = Software(person)

    bill = till.post(f"tabs/{tab.id}/closure/").json()
    paid = till.post(
        f"tabs/{tab.id}/counter-payments/",
        {"method": "cash", "amount": {"minor": total, "currency": place.currency}},
        key="k",
    ).json()

    assert bill["totals"]["total"] == {"minor": total, "currency": place.currency}
    assert paid["status"] == "settled"


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
