"""What every answer has in common: who may ask, how failures look, and that the schema is true."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from config.kernel.errors import DomainError
from orders.models import Tab
from orders.services import api_keys, memberships, tabs
from tests.factories import EVENING

pytestmark = pytest.mark.django_db


def post(client, path, body=None, **headers):
    return client.post(
        f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


# --- Keys and sessions ---------------------------------------------------------------------------
def test_a_revoked_key_opens_nothing(till, ada):
    api_keys.revoke(key_id=till.key.id, membership=ada.memberships.get(), now=EVENING)

    assert till.get("tabs/").status_code == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"ended": True}])
def test_a_key_of_somebody_who_has_left_opens_nothing(till, ada, change):
    if change.pop("ended", False):
        ada.memberships.update(ended_at=EVENING)
    type(ada).objects.filter(pk=ada.pk).update(**change)

    assert till.get("tabs/").status_code == 401


def test_a_key_remembers_when_it_was_last_used(till):
    till.get("tabs/")

    till.key.refresh_from_db()
    assert till.key.last_used_at is not None


def test_a_key_is_kept_as_a_digest(till):
    assert till.secret not in json.dumps(
        {field.name: str(getattr(till.key, field.name)) for field in till.key._meta.fields}
    )


def test_somebody_signed_in_may_ask_too(ada, tab):
    client = Client()
    client.force_login(ada)

    assert client.get(f"/api/v1/tabs/{tab.id}/").status_code == 200


def test_a_session_needs_the_token_against_forgery(ada, larkspur):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)

    forged = post(client, "tabs/", {"label": "Table 5"})

    assert (forged.status_code, forged.json()["code"]) == (403, "not_allowed")
    assert not Tab.objects.exists()


def test_a_key_needs_no_token_against_forgery(till):
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {till.secret}"})

    assert post(client, "tabs/", {"label": "Table 5"}).status_code == 201


def test_somebody_who_works_nowhere_has_no_business_here(stranger, tab):
    client = Client()
    client.force_login(stranger)

    answers = [client.get(f"/api/v1/{path}") for path in ("tabs/", f"tabs/{tab.id}/", "venues/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_whoever_was_removed_is_out_at_once(ada, tab):
    client = Client()
    client.force_login(ada)
    before = client.get(f"/api/v1/tabs/{tab.id}/").status_code
    ada.memberships.update(ended_at=EVENING)

    assert (before, client.get(f"/api/v1/tabs/{tab.id}/").status_code) == (200, 403)


def test_somebody_at_two_venues_says_which(olga, mallory, larkspur):
    memberships.join(user=olga, venue=mallory.memberships.get().venue, role="staff", now=EVENING)
    client = Client()
    client.force_login(olga)

    unsaid = post(client, "tabs/", {"label": "Table 5"})
    said = post(client, "tabs/", {"label": "Table 5", "venue": larkspur.slug})
    listed = client.get("/api/v1/venues/").json()["results"]

    assert (unsaid.status_code, list(unsaid.json()["fields"])) == (400, ["venue"])
    assert (said.status_code, said.json()["venue"]) == (201, larkspur.slug)
    assert [(each["slug"], each["role"]) for each in listed] == [
        ("elsewhere", "staff"),
        ("larkspur-coffee", "owner"),
    ]


# --- Failures ------------------------------------------------------------------------------------
def test_too_many_calls_are_told_when_to_come_back(till, settings):
    settings.API_CALLS_PER_MINUTE = 2

    answers = [till.get("venues/") for _call in range(4)]

    assert [answer.status_code for answer in answers].count(429) >= 1
    last = next(answer for answer in answers if answer.status_code == 429)
    assert last.json()["code"] == "too_many_requests"
    assert 1 <= int(last["Retry-After"]) <= 60


def test_a_dead_cache_lets_everybody_through(till, settings, monkeypatch):
    settings.API_CALLS_PER_MINUTE = 0

    def dead(*_arguments, **_named):
        raise ConnectionError

    monkeypatch.setattr("config.kernel.api.throttling.cache.incr", dead)

    assert till.get("venues/").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(RuntimeError("secret path"), 500, "server_error"), (OperationalError("locked"), 503, "busy")],
)
def test_our_own_fault_is_json_without_our_insides(till, monkeypatch, fault, status, code):
    def fail(**_named):
        raise fault

    monkeypatch.setattr(tabs, "open_tab", fail)

    answer = till.post("tabs/", {"label": "Table 5"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert str(fault) not in answer.content.decode()


def test_a_refusal_with_facts_is_a_sentence(till, monkeypatch):
    class Full(DomainError):
        code = "full"

    def refuse(**_named):
        raise Full("Only %(left)s seats are left.", left=3)

    monkeypatch.setattr(tabs, "open_tab", refuse)

    answer = till.post("tabs/", {})

    assert answer.json() == {"code": "full", "detail": "Only 3 seats are left."}


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png"])
def test_only_json_is_spoken(till, accept):
    answer = till.client.get("/api/v1/tabs/", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (406, "application/json")
    assert answer.json()["code"] == "not_acceptable"


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1"])
def test_whoever_takes_anything_gets_json(till, accept):
    assert till.client.get("/api/v1/tabs/", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
def test_no_other_origin_may_read(till, origin):
    answer = till.client.get("/api/v1/tabs/", headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("language", ["", "xx-garbage;q=9", "🥐", "de"])
def test_any_language_is_answered(till, language):
    answer = till.client.get("/api/v1/tabs/", headers={"Accept-Language": language})

    assert answer.status_code == 200


# --- The schema ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def schema():
    answer = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    return json.loads(answer.content)


def test_the_schema_is_valid_and_complete():
    out = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)

    assert out.getvalue().startswith("openapi: 3.1.0")


def test_every_failure_is_described(schema):
    for path, calls in schema["paths"].items():
        for method, described in calls.items():
            expected = {"400", "401", "403", "404", "405", "406", "429"}
            if method != "get":
                expected |= {"409", "413", "415"}
            assert expected <= set(described["responses"]), (method, path)
            for code in expected:
                content = described["responses"][code]["content"]["application/json"]
                assert content["schema"]["$ref"].endswith(("/Problem", "/Invalid"))


def test_answers_have_the_shape_the_schema_says(schema, till, closed_tab):
    till.post(
        f"tabs/{closed_tab.id}/counter-payments/",
        {"method": "cash", "amount": {"minor": 100, "currency": "EUR"}},
        key="k",
    )
    bill = till.get(f"tabs/{closed_tab.id}/").json()
    shapes = schema["components"]["schemas"]

    for data, shape in [
        (bill, "FullBillOutput"),
        (till.post("tabs/").json(), "BillOutput"),
        (bill["lines"][0], "LineOutput"),
        (bill["payments"][0], "PaymentOutput"),
        (bill["history"][0], "EventOutput"),
        (bill["totals"], "TotalsOutput"),
        (till.get("tabs/").json()["results"][0], "TabOutput"),
        (till.get("venues/").json()["results"][0], "VenueOutput"),
        (till.get("catalogue/").json()["results"][0], "ItemOutput"),
    ]:
        assert set(data) == set(shapes[shape]["properties"]), shape


def test_the_page_to_read_it_on_takes_everything_from_here(client):
    page = client.get("/api/v1/docs/")
    script = client.get("/api/v1/docs/?script=")

    text = page.content.decode()
    assert (page.status_code, script["Content-Type"]) == (200, "application/javascript")
    assert "http://" not in text
    assert "https://" not in text
    assert "<style>" not in text
