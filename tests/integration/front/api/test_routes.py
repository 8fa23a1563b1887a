"""Every call × every role × own, foreign and absent things.

The calls are read from the URLconf, so one without a rule fails here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver

from config.kernel import clock
from orders.models import Line, Rearrangement, Reduction, Tab
from orders.rules.promises import digest_of
from orders.rules.reductions import ReductionKind
from orders.rules.reminder_rules import CAFE
from orders.rules.roles import Role
from orders.services.handing_over import HandOver
from orders.services.reductions import Wanted
from payments.models import CounterPayment, Dispute, Payment, Receipt, Refund
from payments.services import closing, rearranging, reducing
from tests import disputed
from tests.factories import EVENING, give_back, make_item, make_tab, pay_by_card, take_cash
from tests.software import Software

PUBLIC = {"schema", "docs"}
ROLES = ("staff", "manager", "owner")
EUR_1 = {"minor": 100, "currency": "EUR"}
ALL = dict.fromkeys(ROLES, 200)
MADE = dict.fromkeys(ROLES, 201)
# Staff of a venue without a limit for gifts ask a manager.
GIVERS = {"staff": 409, "manager": 201, "owner": 201}
PROMISE: Any = {
    "duration_minutes": 40,
    "expected_result": "Softer hair.",
    "limits": "Not for ever.",
}
YES = {"way": "staff_screen", "name": "Maeve", "digest": digest_of(**PROMISE)}
# All the time that staff may give has passed long ago.
LATE = {"staff": 409, "manager": 200, "owner": 200}
REVIEWERS = {"staff": 403, "manager": 200, "owner": 200}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a call of the own venue answers by role, what it needs, and whether it names a thing."""

    own: dict = field(default_factory=lambda: ALL)
    body: dict = field(default_factory=dict)
    needs: str = "open"
    is_list: bool = False


RULES = {
    ("venues", "get"): Rule(is_list=True),
    ("catalogue", "get"): Rule(is_list=True),
    ("customers", "get"): Rule(is_list=True),
    ("customers", "post"): Rule(own=MADE, body={"email": "new@example.org"}, is_list=True),
    ("tabs", "get"): Rule(is_list=True),
    ("tabs", "post"): Rule(own=MADE, body={"label": "Table 5"}, is_list=True),
    ("tab", "get"): Rule(),
    ("purchase-order", "put"): Rule(body={"purchase_order": "PO-4711"}),
    ("lines", "post"): Rule(own=MADE, body={"item": "ITEM"}),
    ("line", "patch"): Rule(body={"note": "warm"}),
    ("line-void", "post"): Rule(body={"reason": "Dropped"}),
    ("comps", "post"): Rule(own=GIVERS, body={"line": "LINE", "reason": "The wait was long"}),
    ("discounts", "post"): Rule(own=GIVERS, body={"percent": "10", "reason": "An offer"}),
    ("reduction-withdrawal", "post"): Rule(needs="reduced"),
    ("line-acknowledgement", "post"): Rule(own=MADE, body=YES, needs="promise"),
    ("transfer", "post"): Rule(body={"label": "Garden"}),
    ("merging", "post"): Rule(body={"tab": "OTHER"}),
    ("split", "post"): Rule(own=MADE, body={"ways": 2}),
    ("rearrangement-undo", "post"): Rule(needs="moved"),
    ("closure", "post"): Rule(),
    ("reopening", "post"): Rule(own=REVIEWERS, body={"reason": "One more"}, needs="closed"),
    ("counter-payments", "post"): Rule(
        own=MADE, body={"method": "cash", "amount": EUR_1}, needs="closed"
    ),
    ("counter-payment-reversal", "post"): Rule(
        own=REVIEWERS, body={"reason": "Not paid"}, needs="counter payment"
    ),
    ("receipt", "get"): Rule(needs="counter payment"),
    ("receipt-mail", "post"): Rule(body={"email": "a@b.example"}, needs="counter payment"),
    ("auto-settlement", "get"): Rule(needs="closed"),
    # No card is to pay this tab, so there is nothing to stop.
    ("auto-settlement-end", "post"): Rule(own=dict.fromkeys(ROLES, 409), needs="closed"),
    ("extension", "post"): Rule(own=LATE, body={"until": "NEXT WEEK"}, needs="closed"),
    ("reminders", "post"): Rule(own=dict.fromkeys(ROLES, 202), needs="addressed"),
    ("refunds", "get"): Rule(needs="card payment"),
    ("refunds", "post"): Rule(
        own={"staff": 403, "manager": 201, "owner": 201},
        body={"amount": EUR_1, "reason": "Cold coffee"},
        needs="card payment",
    ),
    ("refund", "get"): Rule(needs="refund"),
    ("disputes", "get"): Rule(own=REVIEWERS, is_list=True),
    ("dispute", "get"): Rule(own=REVIEWERS, needs="dispute"),
    ("evidence", "get"): Rule(own=REVIEWERS, needs="dispute"),
    # Its bank waited until some day in March.
    ("evidence", "post"): Rule(own={"staff": 403, "manager": 409, "owner": 409}, needs="dispute"),
    ("tab-void", "post"): Rule(own=REVIEWERS, body={"reason": "Left"}),
}
METHODS = ("get", "post", "put", "patch", "delete")
pytestmark = pytest.mark.django_db


def routes():
    """Every named call under /api/v1/ and its view."""
    api = next(part for part in get_resolver().url_patterns if str(part.pattern) == "api/v1/")
    return {pattern.name: pattern for part in api.url_patterns for pattern in part.url_patterns}


CALLS = [
    (name, method)
    for name, pattern in routes().items()
    for method in METHODS
    if name not in PUBLIC and hasattr(pattern.callback.view_class, method)
]


def address(name, tab_id="", line_id=""):
    route = str(routes()[name].pattern)
    things = {"tab_id": tab_id, "line_id": line_id}
    of_tabs = {
        "payment_id": Payment if name == "refunds" else CounterPayment,
        "rearrangement_id": Rearrangement,
        "reduction_id": Reduction,
        "receipt_id": Receipt,
        "refund_id": Refund,
        "dispute_id": Dispute,
    }
    for its, model in of_tabs.items():
        found = model.objects.filter(tab_id=tab_id or None).first()
        things[its] = found.id if found else uuid4()
    for name_of_it, thing in things.items():
        route = route.replace(f"<uuid:{name_of_it}>", str(thing))
    return route


@pytest.fixture
def call(niamh, olga, ada, larkspur, scone):
    """Makes a call of a role at Larkspur about some tab and line."""
    who = {"staff": ada, "manager": niamh, "owner": olga}

    def make(name, method, *, by, tab_id="", line_id="", item=""):
        named = {"ITEM": str(item), "LINE": str(line_id)}
        named["NEXT WEEK"] = f"{clock.now() + timedelta(days=7):%Y-%m-%d}"
        if "OTHER" in RULES[name, method].body.values():
            named["OTHER"] = str(make_tab(larkspur, ada, scone).id)
        body = {
            key: named.get(value, value) if isinstance(value, str) else value
            for key, value in RULES[name, method].body.items()
        }
        software = by if isinstance(by, Software) else Software(who[by])
        path = address(name, tab_id, line_id)
        if method == "get":
            return software.get(path)
        return software.send(method, path, body, key=str(uuid4()))

    return make


def prepared(rule, venue, by, item):
    if rule.needs == "promise":
        item = make_item(venue, f"Treatment {venue.catalogue.count()}", 5500, **PROMISE)
    # Whatever time it is where the tests run, it is no night there.
    awake = replace(CAFE, quiet_from=time(12), quiet_until=time(12))
    venue.terms.update(reminders=awake.written())
    tab = make_tab(venue, by, item, label="Table 4")
    if rule.needs not in {"open", "promise"}:
        email = "grace@example.org" if rule.needs == "addressed" else ""
        closing.close_and_request(tab_id=tab.id, by=by, now=EVENING, email=email)
    if rule.needs == "counter payment":
        take_cash(tab, by=by, minor=100)
    if rule.needs in {"card payment", "refund", "dispute"}:
        _pay(tab, by=by, then=rule.needs)
    _change(tab, rule.needs, by=by)
    return tab, Line.objects.get(tab=tab)


def _change(tab, needs, *, by):
    if needs == "moved":
        to = HandOver(label="Garden")
        rearranging.hand_over(tab_id=tab.id, to=to, by=by, now=EVENING)
    if needs == "reduced":
        wanted = Wanted(kind=ReductionKind.DISCOUNT, percent=Decimal(10), reason="A kindness")
        reducing.reduce_tab(tab_id=tab.id, by=by, role=Role.MANAGER, now=EVENING, wanted=wanted)


def _pay(tab, *, by, then):
    payment = pay_by_card(tab, minor=tab.total_minor)
    if then == "refund":
        give_back(payment, by=by)
    if then == "dispute":
        disputed.dispute(payment)


def test_every_call_has_a_rule():
    assert set(CALLS) == set(RULES)


@pytest.mark.parametrize(("name", "method"), CALLS)
def test_roles_may_what_their_rule_says(call, larkspur, ada, scone, name, method):
    rule = RULES[name, method]
    answers = {}
    for role in ROLES:
        tab, line = prepared(rule, larkspur, ada, scone)
        made = call(name, method, by=role, tab_id=tab.id, line_id=line.id, item=scone.id)
        answers[role] = made.status_code
        if rule.body.get("email"):
            larkspur.customers.all().delete()

    assert answers == rule.own


@pytest.mark.parametrize(("name", "method"), CALLS)
def test_without_a_good_key_nobody_gets_in(larkspur, till, ada, scone, name, method):
    rule = RULES[name, method]
    tab, line = prepared(rule, larkspur, ada, scone)
    path = "/api/v1/" + address(name, tab.id, line.id)
    keys = [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer "}]

    answers = [getattr(Client(headers=key), method)(path) for key in keys]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {answer.json()["code"] for answer in answers} == {"not_authenticated"}


@pytest.mark.parametrize(
    ("name", "method"), [called for called in CALLS if not RULES[called].is_list]
)
def test_what_is_foreign_answers_as_what_is_not_there(
    call, larkspur, elsewhere, ada, scone, name, method
):
    rule = RULES[name, method]
    tab, line = prepared(rule, larkspur, ada, scone)
    before = (Tab.objects.values().get(id=tab.id), Line.objects.values().get(id=line.id))

    foreign = call(name, method, by=elsewhere, tab_id=tab.id, line_id=line.id, item=scone.id)
    absent = call(name, method, by=elsewhere, tab_id=uuid4(), line_id=uuid4(), item=scone.id)

    assert (foreign.status_code, foreign.json()) == (404, absent.json())
    assert (Tab.objects.values().get(id=tab.id), Line.objects.values().get(id=line.id)) == before


@pytest.mark.parametrize("name", ["catalogue", "customers", "tabs"])
def test_lists_hold_nothing_foreign(elsewhere, larkspur, tab, flat_white, till, name):
    till.post("customers/", {"email": "grace@example.org"})

    own, foreign = till.get(f"{name}/"), elsewhere.get(f"{name}/")
    named = elsewhere.get(f"{name}/", venue=larkspur.slug)

    assert own.json()["results"] != []
    assert foreign.json()["results"] == []
    assert (named.status_code, named.json()) == (
        404,
        elsewhere.get(f"{name}/", venue="nowhere").json(),
    )


def test_nothing_is_opened_at_a_foreign_venue(elsewhere, larkspur):
    answer = elsewhere.post("tabs/", {"venue": larkspur.slug, "label": "Table 5"})

    assert (answer.status_code, Tab.objects.exists()) == (404, False)


@pytest.mark.parametrize("name", ["line", "line-void"])
def test_a_line_of_another_tab_is_not_there(till, larkspur, ada, tab, scone, name):
    other, line = prepared(Rule(), larkspur, ada, scone)
    method = next(each for _name, each in CALLS if _name == name)

    answer = till.send(method, address(name, tab.id, line.id), RULES[name, method].body)

    assert answer.status_code == 404
    assert Line.objects.get(id=line.id).voided_at is None
    assert other.id != tab.id


def test_a_foreign_item_and_a_foreign_guest_are_unknown(till, elsewhere, mallory, tab):
    venue = mallory.memberships.get().venue
    item = make_item(venue, "Theirs", 100)
    guest = elsewhere.post("customers/", {"email": "theirs@example.org"}).json()["id"]

    added = till.post(f"tabs/{tab.id}/lines/", {"item": str(item.id)})
    absent = till.post(f"tabs/{tab.id}/lines/", {"item": str(uuid4())})
    opened = till.post("tabs/", {"customer": {"id": guest}})

    assert (added.status_code, added.json()) == (409, absent.json())
    assert opened.status_code == 404


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_schema_may_be_read_by_everybody(name):
    assert Client().get("/api/v1/" + address(name)).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v1/tabs", "/api/v1/tabs/42/", "/api/v2/"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_call_is_404_in_json(till, path, method):
    for client in (Client(), till.client):
        answer = getattr(client, method)(path)

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(("name", "method"), CALLS)
def test_other_methods_are_told_apart(till, larkspur, ada, scone, name, method):
    tab, line = prepared(Rule(), larkspur, ada, scone)
    allowed = {each for called, each in CALLS if called == name}
    wrong = next(each for each in METHODS if each not in allowed)

    answer = (
        till.send(wrong, address(name, tab.id, line.id))
        if wrong != "get"
        else till.get(address(name, tab.id, line.id))
    )

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
