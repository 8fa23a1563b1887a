"""Every staff page × everybody × every method: strangers see nothing, not even that it is there.

The pages are read from the URLconf, so one without a rule fails here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from config.front.web.urls import menu_patterns, tab_patterns
from config.kernel import clock
from orders.models import Rearrangement, Reduction, Tab
from orders.rules.reductions import ReductionKind
from orders.rules.reminder_rules import CAFE
from orders.rules.roles import Role
from orders.services import memberships
from orders.services.handing_over import HandOver
from orders.services.reductions import Wanted
from payments.models import CounterPayment, Payment
from payments.services import closing, rearranging, reducing
from tests import fakes
from tests.conftest import EVENING
from tests.factories import make_item, make_tab, pay_by_card, take_cash
from tests.staff import browser_of

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")
# Staff of a venue without a limit for gifts ask a manager.
GIVERS = {"staff": 422, "manager": 303, "owner": 303}
# All the time that staff may give has passed long ago.
LATE = {"staff": 409, "manager": 303, "owner": 303}
MANAGERS = {"staff": 403, "manager": 303, "owner": 303}


def same(status):
    return dict.fromkeys(("staff", "manager", "owner"), status)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a page answers by method and role. Methods that are not named are not allowed."""

    get: dict[str, int] = field(default_factory=dict)
    post: dict[str, int] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    needs: str = "open"

    def expects(self, method):
        return {"get": self.get, "post": self.post}.get(method) or same(405)


RULES = {
    "board": Rule(get=same(200)),
    "create": Rule(get=same(302), post=same(303)),
    "detail": Rule(get=same(200)),
    "pad": Rule(get=same(200)),
    "item": Rule(get=same(200)),
    "lines": Rule(post=same(303), body={"item": "ITEM"}),
    "line": Rule(get=same(200), post=same(303), body={"note": "warm"}),
    "line_removal": Rule(post=same(303)),
    "line_void": Rule(get=same(200), post=same(303), body={"why": "wrong"}),
    "comp": Rule(get=same(200), post=GIVERS, body={"line": "LINE", "why": "wait", "quantity": "1"}),
    "discount": Rule(get=same(200), post=GIVERS, body={"percent": "10", "why": "offer"}),
    "reduction_withdrawal": Rule(post=same(303), needs="reduced"),
    "waiting": Rule(get=same(200)),
    "acknowledgement": Rule(
        post=same(303), body={"agreed": "on", "name": "Maeve", "shown": "DIGEST"}, needs="promise"
    ),
    "waiver": Rule(get=same(200), post=same(303), body={"reason": "Told"}, needs="promise"),
    "transfer": Rule(get=same(200), post=same(303), body={"label": "Garden"}),
    "merging": Rule(get=same(200), post=same(303), body={"other": "OTHER"}),
    "split": Rule(get=same(200), post=same(303), body={"how": "evenly", "ways": "2"}),
    "rearrangement_undo": Rule(post=same(303), needs="moved"),
    "sending": Rule(post=same(303)),
    "serving": Rule(post=same(303)),
    "closure": Rule(get=same(200), post=same(303), body={"email": "grace@example.org"}),
    "link": Rule(
        get=same(200), post=same(303), body={"email": "grace@example.org"}, needs="closed"
    ),
    "link_copy": Rule(post=same(200), needs="closed"),
    "counter": Rule(
        get=same(200), post=same(303), body={"received": "3.20", "shown": "320"}, needs="closed"
    ),
    "counter_reversal": Rule(
        get={"staff": 403, "manager": 200, "owner": 200},
        post=MANAGERS,
        body={"reason": "Wrong tab"},
        needs="counter payment",
    ),
    "refund": Rule(
        get={"staff": 403, "manager": 200, "owner": 200},
        post=MANAGERS,
        body={"what": "amount", "amount": "1.00", "shown": "100", "reason": "Cold"},
        needs="card payment",
    ),
    "receipt_pdf": Rule(get=same(200), needs="counter payment"),
    "receipt_mail": Rule(
        get=same(200), post=same(303), body={"email": "a@b.example"}, needs="counter payment"
    ),
    # No card is to pay this tab, so there is nothing to stop: that is for everybody to hear.
    "auto_stop": Rule(post=same(409), needs="closed"),
    "extension": Rule(get=same(200), post=LATE, body={"until": "NEXT WEEK"}, needs="closed"),
    "reminders": Rule(post=same(303), needs="addressed"),
    "reminder_skip": Rule(post=same(303), needs="addressed"),
    "reminders_stop": Rule(post=same(303), needs="addressed"),
    "reminders_allow": Rule(post=same(303), needs="addressed"),
    "guest": Rule(get=same(200), post=same(303), body={"name": "Grace"}),
    "place": Rule(get=same(200), post=same(303), body={"label": "Garden"}),
    "purchase_order": Rule(get=same(200), post=same(303), body={"purchase_order": "PO-4711"}),
    "card": Rule(get=same(200), post=same(303), body={"token": "other"}),
    "reopening": Rule(
        get={"staff": 403, "manager": 200, "owner": 200},
        post=MANAGERS,
        body={"reason": "One more"},
        needs="closed",
    ),
    "voiding": Rule(get=same(200), post=MANAGERS, body={"reason": "Gone"}),
    "claims_reset": Rule(post=same(303)),
    "claim": Rule(post=same(303), body={"answer": "no"}),
    "menu": Rule(get=same(200)),
    "availability": Rule(post=same(303), body={"available": "no"}),
}
OF_THE_MENU = {"list": "menu", "availability": "availability"}


@pytest.fixture(autouse=True)
def _in_memory(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def people(ada, niamh, olga):
    return {"staff": ada, "manager": niamh, "owner": olga}


def _prepare(rule, tab, *, by):
    """What has to be there beside a tab, once."""
    if rule.needs == "counter payment":
        take_cash(tab, by=by, minor=100)
    if rule.needs == "card payment" and not Payment.objects.exists():
        pay_by_card(tab, minor=320)
    if rule.needs == "reduced" and not Reduction.objects.exists():
        _discount(tab, by=by)
    if rule.needs == "moved" and not Rearrangement.objects.exists():
        to = HandOver(label="Garden")
        rearranging.hand_over(tab_id=tab.id, to=to, by=by, now=EVENING)


@pytest.fixture
def call(larkspur, ada, scone, tab):
    """Makes the request a rule describes, by somebody, at Larkspur."""
    line = tab.lines.get()
    service = make_item(larkspur, "Treatment", 5500, limits="It won’t last for ever.")
    promising = make_tab(larkspur, ada, service)
    # Whatever time it is where the tests run, it is no night at Larkspur.
    awake = replace(CAFE, quiet_from=time(12), quiet_until=time(12))
    larkspur.terms.update(reminders=awake.written())

    def make(browser, name, method):
        rule = RULES[name]
        if rule.needs != "open" and Tab.objects.get(id=tab.id).is_open:
            email = "grace@example.org" if rule.needs == "addressed" else ""
            closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email=email)
        _prepare(rule, tab, by=ada)
        named = {"ITEM": scone.id, "LINE": line.id, "DIGEST": service.promise.digest}
        named["NEXT WEEK"] = f"{clock.now() + timedelta(days=7):%Y-%m-%d}"
        if "OTHER" in rule.body.values():
            named["OTHER"] = make_tab(larkspur, ada, scone).id
        body = {key: named.get(value, value) for key, value in rule.body.items()}
        body |= {"request_key": uuid4().hex}
        about = promising if rule.needs == "promise" else tab
        one = about.lines.get() if rule.needs == "promise" else line
        address = path_of(name, tab=about, line=one, item=scone)
        return getattr(browser, method)(address, body if method in {"get", "post"} else "")

    return make


def _discount(tab, *, by):
    wanted = Wanted(kind=ReductionKind.DISCOUNT, percent=Decimal(10), reason="A kindness")
    reducing.reduce_tab(tab_id=tab.id, by=by, role=Role.MANAGER, now=EVENING, wanted=wanted)


def path_of(name, *, tab, line, item):
    base = f"/v/{tab.venue.slug}/"
    own = f"{base}tabs/{tab.id}/"
    made, moved = Reduction.objects.first(), Rearrangement.objects.first()
    special = {
        "board": base,
        "menu": f"{base}menu/",
        "availability": f"{base}menu/items/{item.id}/availability/",
        "create": f"{base}tabs/",
        "detail": own,
        "item": f"{own}pad/items/{item.id}/",
        "line": f"{own}lines/{line.id}/",
        "line_removal": f"{own}lines/{line.id}/removal/",
        "line_void": f"{own}lines/{line.id}/void/",
        "purchase_order": f"{own}purchase-order/",
        "link_copy": f"{own}link/copy/",
        "counter_reversal": f"{own}counter/{_taken_on(tab)}/reversal/",
        "refund": f"{own}payments/{_paid_on(tab)}/refund/",
        "receipt_pdf": f"{own}receipts/{_receipt_of(tab)}.pdf",
        "receipt_mail": f"{own}receipts/{_receipt_of(tab)}/mail/",
        "claims_reset": f"{own}claims/reset/",
        "claim": f"{own}claims/1/",
        "rearrangement_undo": f"{own}rearrangements/{moved.id if moved else uuid4()}/undo/",
        "reduction_withdrawal": f"{own}reductions/{made.id if made else uuid4()}/withdrawal/",
        "waiting": f"{own}pad/waiting/",
        "acknowledgement": f"{own}lines/{line.id}/acknowledgement/",
        "waiver": f"{own}lines/{line.id}/waiver/",
        "reminder_skip": f"{own}reminders/{_planned_for(tab)}/skip/",
        "auto_stop": f"{own}auto-settlement/end/",
        "reminders_stop": f"{own}reminders/stop/",
        "reminders_allow": f"{own}reminders/allow/",
    }
    return special.get(name, f"{own}{name}/")


def _taken_on(tab):
    taken = CounterPayment.objects.filter(tab=tab).first()
    return taken.id if taken else uuid4()


def _paid_on(tab):
    paid = Payment.objects.filter(tab=tab).first()
    return paid.id if paid else uuid4()


def _receipt_of(tab):
    receipt = tab.receipts.first()
    return receipt.id if receipt else uuid4()


def _planned_for(tab):
    planned = tab.reminders.order_by("step").first()
    return planned.id if planned else uuid4()


def test_every_page_has_a_rule():
    named = {pattern.name for pattern in tab_patterns}
    of_the_menu = {OF_THE_MENU[each.name] for each in menu_patterns if each.name in OF_THE_MENU}

    assert named | of_the_menu | {"board"} == set(RULES)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("role", ["staff", "manager", "owner"])
def test_members_may_what_their_role_may(people, call, name, role):
    browser = browser_of(people[role])

    answers = {method: call(browser, name, method).status_code for method in METHODS}

    assert answers == {method: RULES[name].expects(method)[role] for method in METHODS}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("who", ["mallory", "stranger"])
def test_strangers_get_what_does_not_exist(request, call, name, who):
    browser = browser_of(request.getfixturevalue(who))

    answers = {method: call(browser, name, method).status_code for method in METHODS}

    assert answers == {
        method: 405 if RULES[name].expects(method) == same(405) else 404 for method in METHODS
    }


@pytest.mark.parametrize("name", RULES)
def test_whoever_is_not_signed_in_is_asked_to(call, name):
    for method in METHODS:
        answer = call(Client(), name, method)
        if RULES[name].expects(method) == same(405):
            assert answer.status_code == 405
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/?next=/")


def test_htmx_is_led_to_the_sign_in_page_too(client, larkspur):
    answer = client.get("/v/larkspur-coffee/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/accounts/login/?next=/v/larkspur-coffee/"


def test_who_left_is_signed_out_and_finds_nothing(ada, call):
    browser = browser_of(ada)
    memberships.leave(membership=ada.memberships.get(), now=EVENING)
    ada.refresh_from_db()

    before, afterwards = (
        call(each, "board", "get").status_code for each in (browser, browser_of(ada))
    )

    assert (before, afterwards) == (302, 404)


def test_who_was_switched_off_is_signed_out(ada, call):
    browser = browser_of(ada)
    ada.is_active = False
    ada.save()

    assert call(browser, "board", "get").status_code == 302


def test_a_tab_is_not_found_under_another_venue(ada, odile, tab):
    memberships.join(user=ada, venue=odile, role=Role.OWNER, now=EVENING)

    answer = browser_of(ada).get(f"/v/{odile.slug}/tabs/{tab.id}/")

    assert answer.status_code == 404


def test_nothing_is_kept_by_browsers_or_caches(ada, larkspur):
    answer = browser_of(ada).get("/v/larkspur-coffee/")

    assert "no-store" in answer["Cache-Control"]
    assert "HX-Request" in answer["Vary"]
