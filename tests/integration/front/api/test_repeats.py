"""The same call again under the same key: one effect, and the first answer."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from config.kernel import clock
from config.kernel.idempotency import Asked
from config.kernel.money import Money
from orders.models import Customer, IdempotencyRecord, Line, Tab
from orders.services import idempotency, lines
from orders.services.repeats import Call
from payments.gateway.errors import OutcomeUnknown
from payments.models import CheckoutAttempt, CounterPayment
from payments.rules.allocation import Choice, PayMode
from payments.services import checkout
from payments.services.checkout import Wish
from tests.software import Software

pytestmark = pytest.mark.django_db
REPLAYED = "Idempotent-Replayed"
CASH = {"method": "cash", "amount": {"minor": 320, "currency": "EUR"}}


@pytest.fixture
def steps(tab, scone):
    """Every call that takes a key, in an order in which all of them work."""
    line = tab.lines.get()
    return [
        ("post", "customers/", {"email": "grace@example.org"}),
        ("post", "tabs/", {"label": "Table 5"}),
        ("post", f"tabs/{tab.id}/lines/", {"item": str(scone.id)}),
        ("patch", f"tabs/{tab.id}/lines/{line.id}/", {"quantity": 2}),
        ("post", f"tabs/{tab.id}/lines/{line.id}/void/", {"reason": "Dropped"}),
        ("post", f"tabs/{tab.id}/closure/", {}),
        ("post", f"tabs/{tab.id}/reopening/", {"reason": "One more"}),
        ("post", f"tabs/{tab.id}/closure/", {}),
        ("post", f"tabs/{tab.id}/counter-payments/", CASH),
    ]


def test_every_call_repeated_answers_the_same_and_does_nothing(office, steps):
    for number, (method, path, body) in enumerate(steps):
        first = office.send(method, path, body, key=f"key-{number}")
        before = _everything()
        again = office.send(method, path, body, key=f"key-{number}")

        assert first.status_code in {200, 201}, (path, first.json())
        assert (again.status_code, again.json()) == (first.status_code, first.json()), path
        assert (first.get(REPLAYED), again[REPLAYED]) == (None, "true"), path
        assert _everything() == before, path


def test_the_order_of_names_in_the_body_is_no_difference(till):
    first = till.post("tabs/", {"label": "Table 5", "guests_count": 2}, key="k")
    again = till.post("tabs/", {"guests_count": 2, "label": "Table 5"}, key="k")

    assert (again.json(), again[REPLAYED]) == (first.json(), "true")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "tabs/", {"label": "Table 6"}),
        ("post", "customers/", {"email": "grace@example.org"}),
        ("post", "tabs/TAB/closure/", {}),
        ("post", "tabs/TAB/counter-payments/", CASH),
        ("post", "tabs/TAB/void/", {"reason": "Left"}),
    ],
)
def test_another_call_under_the_same_key_is_refused(till, closed_tab, method, path, body):
    till.post("tabs/", {"label": "Table 5"}, key="k")
    before = _everything()

    answer = till.send(method, path.replace("TAB", str(closed_tab.id)), body, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert _everything() == before


def test_two_people_may_pick_the_same_key(till, office):
    tills = till.post("tabs/", {"label": "Table 5"}, key="k").json()
    offices = office.post("tabs/", {"label": "Table 5"}, key="k").json()

    assert tills["id"] != offices["id"]


def test_a_person_at_two_venues_may_use_a_key_at_each(till, mallory, elsewhere):
    till.post("tabs/", {"label": "Table 5"}, key="k")

    assert elsewhere.post("tabs/", {"label": "Table 5"}, key="k").status_code == 201


def test_a_key_is_forgotten_after_a_day(till, monkeypatch):
    now = clock.now()
    first = till.post("tabs/", {"label": "Table 5"}, key="k").json()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=23, minutes=59))
    again = till.post("tabs/", {"label": "Table 5"}, key="k").json()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))
    later = till.post("tabs/", {"label": "Table 6"}, key="k")

    assert again == first
    assert (later.status_code, later.json()["label"]) == (201, "Table 6")


def test_money_a_day_later_under_the_same_key_is_new_money(till, closed_tab, monkeypatch):
    now = clock.now()
    body = CASH | {"amount": {"minor": 100, "currency": "EUR"}}
    path = f"tabs/{closed_tab.id}/counter-payments/"
    till.post(path, body, key="k")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))

    till.post(path, body, key="k")

    assert CounterPayment.objects.count() == 2


def test_a_refusal_is_the_answer_of_its_key_too(till, office, closed_tab, scone):
    path, body = f"tabs/{closed_tab.id}/lines/", {"item": str(scone.id)}
    refused = till.post(path, body, key="k")
    office.post(f"tabs/{closed_tab.id}/reopening/", {"reason": "One more"})

    again, anew = till.post(path, body, key="k"), till.post(path, body, key="k2")

    assert (refused.status_code, again.json(), again[REPLAYED]) == (409, refused.json(), "true")
    assert anew.status_code == 201


def test_wrong_input_leaves_the_key_free(till):
    wrong = till.post("tabs/", {"label": 7}, key="k")
    phone = till.post("tabs/", {"customer": {"phone": "12"}}, key="k")
    right = till.post("tabs/", {"label": "7"}, key="k")

    assert (wrong.status_code, phone.status_code, right.status_code) == (400, 400, 201)


def test_a_person_who_may_not_leaves_the_key_free(till, closed_tab, ada):
    path, body = f"tabs/{closed_tab.id}/reopening/", {"reason": "One more"}
    refused = till.post(path, body, key="k")
    ada.memberships.update(role="manager")

    assert (refused.status_code, till.post(path, body, key="k").status_code) == (403, 200)


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256, "\t"])
def test_an_odd_key_is_refused(till, key):
    answer = till.post("tabs/", {"label": "Table 5"}, key=key)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["Idempotency-Key"])
    assert not Tab.objects.exists()


@pytest.mark.parametrize("key", ["!", "~" * 255])
def test_every_visible_key_will_do(till, key):
    assert till.post("tabs/", {"label": "Table 5"}, key=key).status_code == 201


def test_money_without_a_key_is_not_taken(till, closed_tab):
    answer = till.post(f"tabs/{closed_tab.id}/counter-payments/", CASH)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert not CounterPayment.objects.exists()


# --- Nothing readable is kept --------------------------------------------------------------------
def test_a_kept_answer_opens_nothing(till, tab):
    link = till.post(f"tabs/{tab.id}/closure/", {"email": "donal@example.org"}, key="k").json()[
        "payment_link"
    ]

    kept = IdempotencyRecord.objects.get()

    for secret in (link.split("/")[-2], "donal@example.org", "payment_link"):
        assert secret not in kept.body
    assert kept.key != "k"


def test_an_answer_is_packed_before_it_is_sealed(till, tab, scone):
    wanted = [{"item": str(scone.id)}] * 9
    first = till.post(f"tabs/{tab.id}/lines/", wanted, key="k")

    kept = IdempotencyRecord.objects.get()

    assert len(kept.body) < len(first.content) / 2


def test_an_answer_of_before_they_were_packed_is_read(till, tab, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("zlib.compress", lambda plain: plain)
        first = till.post("tabs/", {"label": "Table 5"}, key="k")

    again = till.post("tabs/", {"label": "Table 5"}, key="k")

    assert (again.json(), again[REPLAYED]) == (first.json(), "true")


def test_an_answer_is_read_after_the_house_changed_its_key(till, settings):
    first = till.post("tabs/", {"label": "Table 5"}, key="k")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert till.post("tabs/", {"label": "Table 5"}, key="k").json() == first.json()


def test_an_answer_nobody_can_read_does_nothing_twice(till, settings):
    till.post("tabs/", {"label": "Table 5"}, key="k")
    settings.SECRET_KEY = "another"

    answer = till.post("tabs/", {"label": "Table 5"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert Tab.objects.count() == 1


# --- Breaking down in the middle -----------------------------------------------------------------
def test_work_that_breaks_down_leaves_neither_effect_nor_answer(till, tab, scone, monkeypatch):
    path, body = f"tabs/{tab.id}/lines/", {"item": str(scone.id)}
    with monkeypatch.context() as broken:
        broken.setattr(lines.venues, "bump_board", _break_down)
        failed = till.post(path, body, key="k")
    left = (Line.objects.count(), IdempotencyRecord.objects.count())

    again = till.post(path, body, key="k")

    assert (failed.status_code, left) == (500, (1, 0))
    assert (again.status_code, again.get(REPLAYED), Line.objects.count()) == (201, None, 2)


def test_a_call_that_is_running_is_told_so(till, closed_tab, ada):
    path = f"tabs/{closed_tab.id}/counter-payments/"
    _claim(path, CASH, closed_tab, ada, at=clock.now())

    answer = till.post(path, CASH, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert not CounterPayment.objects.exists()


def test_money_whose_answer_was_lost_is_not_taken_twice(till, closed_tab, monkeypatch):
    path, now = f"tabs/{closed_tab.id}/counter-payments/", clock.now()
    with monkeypatch.context() as broken:
        broken.setattr("orders.services.repeats._finish", _break_down)
        failed = till.post(path, CASH, key="k")
    soon = till.post(path, CASH, key="k")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))

    later = till.post(path, CASH, key="k")

    assert (failed.status_code, soon.json()["code"]) == (500, "idempotency_in_progress")
    assert (later.status_code, later.json()["status"]) == (201, "settled")
    assert CounterPayment.objects.count() == 1


def test_a_reopening_whose_answer_was_lost_is_answered_later(office, closed_tab, monkeypatch):
    path, now = f"tabs/{closed_tab.id}/reopening/", clock.now()
    with monkeypatch.context() as broken:
        broken.setattr("orders.services.repeats._finish", _break_down)
        office.post(path, {"reason": "One more"}, key="k")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))

    later = office.post(path, {"reason": "One more"}, key="k")

    assert (later.status_code, later.json()["status"]) == (200, "open")


def test_stripe_being_away_leaves_the_key_free(office, closed_tab, book):
    _open_page(closed_tab)
    path, body = f"tabs/{closed_tab.id}/reopening/", {"reason": "One more"}
    book.fail_before.append(OutcomeUnknown("Stripe is away"))

    away = office.post(path, body, key="k")
    back = office.post(path, body, key="k")

    assert (away.status_code, away.json()["code"]) == (409, "gateway_away")
    assert (back.status_code, back.json()["status"]) == (200, "open")
    assert not CheckoutAttempt.objects.reserving().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "body", "count"),
    [
        ("tabs/", {"label": "Table 5"}, lambda: Tab.objects.count() - 1),
        ("tabs/TAB/counter-payments/", CASH, CounterPayment.objects.count),
    ],
)
def test_many_at_once_under_one_key_are_one(ada, closed_tab, path, body, count):
    path = path.replace("TAB", str(closed_tab.id))
    crowd = [Software(ada) for _each in range(6)]
    start = threading.Barrier(len(crowd))

    def press(software):
        start.wait()
        try:
            return software.post(path, body, key="k")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(press, crowd))

    made = [answer for answer in answers if answer.status_code == 201]
    others = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert count() == 1
    assert made != []
    assert len({json.dumps(answer.json()) for answer in made}) == 1
    assert others <= {"idempotency_in_progress"}


def _claim(path, body, tab, user, *, at):
    """A call that has begun and not ended, as its process left it."""
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"))
    fingerprint = hashlib.sha256(f"POST /api/v1/{path}\n{plain}".encode()).hexdigest()
    call = Call(venue=tab.venue, by=user, asked=Asked(key="k", fingerprint=fingerprint))
    idempotency.begin(venue=tab.venue, key=call.name, fingerprint=fingerprint, now=at)


def _break_down(*_arguments, **_named):
    raise RuntimeError("The process died.")


def _open_page(tab):
    """A guest opens a Stripe page for all of a tab."""
    wish = Wish(
        choice=Choice(mode=PayMode.ALL), tip=Money.zero("EUR"), shown=tab.total,
        payer_digest="first", payer_email="", return_url="https://a.example/{attempt}/",
        back_url="https://a.example/{attempt}/", locale="en",
    )  # fmt: skip
    checkout.open_page(tab_id=tab.id, wish=wish, now=clock.now())


def _everything():
    models = (Tab, Line, Customer, CounterPayment)
    return [list(model.objects.order_by("pk").values()) for model in models]
