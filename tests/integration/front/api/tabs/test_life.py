"""A tab's life over the API: what each call does, and what it answers."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from orders.models import Line, Tab
from orders.selectors import links
from orders.services import tabs
from payments.models import LedgerEntry
from tests.factories import EVENING, make_item, make_tab
from tests.integration.front.api.tabs.conftest import eur
from tests.software import Software

pytestmark = pytest.mark.django_db


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
