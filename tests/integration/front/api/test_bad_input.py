"""Bodies no till of ours would send: each gets its status and code, and changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orders.models import Customer, Line, Tab, TabEvent, Venue
from payments.models import CounterPayment, LedgerEntry
from tests.factories import make_item, make_tab
from tests.software import Software

pytestmark = pytest.mark.django_db
MODELS = (Customer, Line, Tab, TabEvent, Venue, CounterPayment, LedgerEntry)
ITEM = "00000000-0000-4000-8000-000000000007"
PATHS = {
    "customers": "customers/",
    "tabs": "tabs/",
    "lines": "tabs/{open}/lines/",
    "line": "tabs/{open}/lines/{line}/",
    "line-void": "tabs/{open}/lines/{line}/void/",
    "closure": "tabs/{open}/closure/",
    "reopening": "tabs/{closed}/reopening/",
    "counter": "tabs/{closed}/counter-payments/",
    "void": "tabs/{open}/void/",
}
HUGE = "9" * 30


def nested(depth):
    return "[" * depth + "]" * depth


# Bodies that are no JSON of ours, whatever call they come to.
UNREADABLE = {
    "no JSON": (b"{", 400),
    "single quotes": (b"{'label': 1}", 400),
    "a BOM": (b"\xef\xbb\xbf{}", 400),
    "UTF-16": ('{"reason": "x"}'.encode("utf-16"), 400),
    "invalid UTF-8": (b'{"reason": "\xff"}', 400),
    "NaN": (b'{"quantity": NaN}', 400),
    "Infinity": (b'{"quantity": -Infinity}', 400),
    "too large a float": (b'{"quantity": 1e400}', 400),
    "a huge integer": (f'{{"quantity": {HUGE}}}'.encode(), 400),
    "an integer of 5,000 digits": (b'{"quantity": ' + b"9" * 5_000 + b"}", 400),
    "nested 20 deep": (f'{{"reason": {nested(20)}}}'.encode(), 400),
    "nested 2,000 deep": (f'{{"reason": {nested(2_000)}}}'.encode(), 400),
    "nested 30,000 deep": (nested(30_000).encode(), 400),
    "a name twice": (b'{"reason": "a", "reason": "b"}', 400),
    "NUL": (b'{"reason": "a\\u0000b"}', 400),
    "half a character": (b'{"reason": "\\ud800"}', 400),
    "half a character in a name": (b'{"\\udfff": 1}', 400),
    "a string": (b'"reason"', 400),
    "a number": (b"7", 400),
    "nothing at all in a list": (b"[]", 400),
    "an unknown field": (b'{"status": "settled"}', 400),
    "70 kB": (b'{"reason": "' + b"x" * 70_000 + b'"}', 413),
    "10 MB": (b'{"reason": "' + b"x" * 10_000_000 + b'"}', 413),
}
CONTENT_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json-patch+json",
]
ODD_IDS: list[Any] = [None, 7, "7", "", [], {}]
ODD_LISTS: list[Any] = [None, 7, "7", {}]
ODD_WORDS: list[Any] = [None, 7, "", "gold", "CASH", []]
QUANTITIES: list[Any] = [0, -1, 100, 1.5, 1.0, True, "1", "٣", None, [], {}, 10**9]
TEXTS: list[Any] = [7, True, None, [], {"a": 1}, "x" * 161]
AMOUNTS: list[Any] = [
    None, 7, "7", [], {}, {"minor": 7}, {"currency": "EUR"},
    {"minor": 0, "currency": "EUR"}, {"minor": -1, "currency": "EUR"},
    {"minor": 1.5, "currency": "EUR"}, {"minor": "7", "currency": "EUR"},
    {"minor": True, "currency": "EUR"}, {"minor": 10**8, "currency": "EUR"},
    {"minor": 7, "currency": "USD"}, {"minor": 7, "currency": "eur"},
    {"minor": 7, "currency": "KRW"}, {"minor": 7, "currency": ""},
    {"minor": 7, "currency": "EUR", "more": 1},
]  # fmt: skip
FIELDS: list[Any] = [
    *(("lines", {"item": ITEM, "quantity": each}, "quantity") for each in QUANTITIES),
    *(("line", {"quantity": each}, "quantity") for each in QUANTITIES),
    *(("lines", {"item": ITEM, "note": each}, "note") for each in [*TEXTS[:5], "x" * 121]),
    *(("lines", {"item": each}, "item") for each in ODD_IDS),
    *(("lines", {"item": ITEM, "modifiers": each}, "modifiers") for each in ODD_LISTS),
    ("lines", {"item": ITEM, "modifiers": ["7"]}, "modifiers.0"),
    ("lines", {}, "item"),
    ("lines", [{"item": ITEM}, {"item": "7"}], "1.item"),
    ("lines", [{"item": ITEM}, {"item": ITEM, "price": 1}], "1.price"),
    *(("line-void", {"reason": each}, "reason") for each in [*TEXTS, "", " ", "\u202e"]),
    *(("reopening", {"reason": each}, "reason") for each in [*TEXTS, ""]),
    *(("void", {"reason": each}, "reason") for each in [*TEXTS, ""]),
    ("void", {}, "reason"),
    *(("counter", {"method": "cash", "amount": each}, "amount") for each in AMOUNTS),
    *(
        ("counter", {"method": each, "amount": {"minor": 7, "currency": "EUR"}}, "method")
        for each in ODD_WORDS
    ),
    ("counter", {"method": "cash"}, "amount"),
    *(("closure", {"email": each}, "email") for each in [7, None, "", "a@", "a b@c.de", "a@x\n"]),
    ("closure", {"email": "a@x.de\nBcc: b@x.de"}, "email"),
    ("closure", {"email": f"{'a' * 250}@example.org"}, "email"),
    *(("tabs", {"label": each}, "label") for each in [7, None, "x" * 61]),
    *(("tabs", {"token": each}, "token") for each in [7, None, "x" * 25]),
    *(("tabs", {"guests_count": each}, "guests_count") for each in [0, -1, 1.5, "2", True, 1000]),
    *(("tabs", {"customer": each}, "customer") for each in [7, "Grace", []]),
    ("tabs", {"customer": {"id": "7"}}, "customer.id"),
    ("tabs", {"customer": {"email": "a@"}}, "customer.email"),
    ("tabs", {"customer": {"id": ITEM, "name": "Grace"}}, "customer"),
    ("tabs", {"customer": {"phone": "12"}}, "phone"),
    ("tabs", {"venue": "not a slug"}, "venue"),
    ("tabs", {"total_minor": 1}, "total_minor"),
    ("customers", {"name": "Grace"}, "email"),
    ("customers", {"email": "a@"}, "email"),
    ("customers", {"phone": "12"}, "phone"),
    ("customers", {"phone": 12}, "phone"),
    ("customers", {"name": "x" * 81, "email": "a@example.org"}, "name"),
]  # fmt: skip


@pytest.fixture
def path(larkspur, ada, scone, closed_tab):
    """Where a call of this name goes."""
    tab = make_tab(larkspur, ada, scone)
    ids = {"open": tab.id, "closed": closed_tab.id, "line": tab.lines.get().id}
    return {name: each.format(**ids) for name, each in PATHS.items()}


@pytest.fixture
def unchanged():
    """Nothing at all may have changed when the test ends."""
    before = None

    def look():
        return [list(model.objects.order_by("pk").values()) for model in MODELS]

    def start():
        nonlocal before
        before = look()

    yield start
    assert look() == before


@pytest.mark.parametrize("name", PATHS)
def test_a_body_that_is_no_json_of_ours_is_refused(office, path, unchanged, name):
    unchanged()
    method = "patch" if name == "line" else "post"

    answers = {
        what: office.send_raw(method, path[name], body, key="k")
        for what, (body, _status) in UNREADABLE.items()
    }

    assert {what: answer.status_code for what, answer in answers.items()} == {
        what: status for what, (_body, status) in UNREADABLE.items()
    }
    for answer in answers.values():
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["code"] == {400: "invalid", 413: "too_large"}[answer.status_code]


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_only_json_is_read(office, path, unchanged, name, content_type):
    unchanged()
    method = "patch" if name == "line" else "post"

    answer = office.send_raw(method, path[name], b"reason=x", key="k", content_type=content_type)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_field_that_is_wrong_is_named(office, path, unchanged):
    unchanged()
    wrong = {}
    for number, (name, body, field) in enumerate(FIELDS):
        method = "patch" if name == "line" else "post"
        answer = office.send(method, path[name], body, key=f"key-{number}")
        said = answer.json()
        named = [
            each for each in said.get("fields", {}) if each == field or each.startswith(f"{field}.")
        ]
        if (answer.status_code, said["code"]) != (400, "invalid") or not (named or _whole(said)):
            wrong[name, json.dumps(body), field] = (answer.status_code, said)

    assert wrong == {}


def _whole(said):
    """A complaint about the body as a whole names no field."""
    return said["fields"] == {} and said["detail"]


@pytest.mark.parametrize("count", [51, 1000])
def test_more_than_fifty_lines_are_refused(office, path, unchanged, count):
    unchanged()

    answer = office.post(path["lines"], [{"item": ITEM}] * count)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_dinars_come_in_tens(northfold, yousef, unchanged):
    tab = make_tab(northfold, yousef, make_item(northfold, "An hour", 42_500))
    till = Software(yousef)
    till.post(f"tabs/{tab.id}/closure/")
    unchanged()

    answer = till.post(
        f"tabs/{tab.id}/counter-payments/",
        {"method": "cash", "amount": {"minor": 42_495, "currency": "KWD"}},
        key="k",
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["amount.minor"])


def test_words_stay_words(office, path):
    words = "<script>alert(1)</script> {{7*7}} {% x %} =1+1 ' OR 1=1 --"

    bill = office.post("tabs/", {"label": words[:60], "customer": {"name": words}}).json()

    assert (bill["label"], bill["guest_name"]) == (words[:60], words)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 101, "email=a", "phone=12", "email=a%00@b.de", "colour=1"]
)
def test_odd_searches_for_guests_are_refused(office, query):
    answer = office.client.get(f"/api/v1/customers/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("query", ["q=%25", "q=_", "q='", "q=\\"])
def test_signs_of_a_query_are_letters(office, query):
    answer = office.client.get(f"/api/v1/customers/?{query}")

    assert (answer.status_code, answer.json()["results"]) == (200, [])
