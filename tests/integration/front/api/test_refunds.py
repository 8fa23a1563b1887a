"""Giving money back over the API: once for each key, and never more than was captured."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.kernel.money import Money
from payments.gateway.errors import OutcomeUnknown
from payments.models import Refund
from payments.services import closing
from tests.conftest import EVENING
from tests.factories import pay_by_card
from tests.software import Software

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(niamh):
    """The software of a manager."""
    return Software(niamh)


@pytest.fixture
def payment(tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    return pay_by_card(tab, minor=320, tip=50)


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def ask(software, payment, body, key=None):
    path = f"payments/{payment.id}/refunds/"
    return software.send("post", path, {"reason": "Cold"} | body, key=key or str(uuid4()))


def test_a_part_goes_back_and_is_read_again(office, payment, tab):
    made = ask(office, payment, {"amount": eur(120), "tip": eur(50)})

    said = made.json()
    assert made.status_code == 201
    assert (said["state"], said["amount"], said["tip"]) == ("succeeded", eur(120), eur(50))
    assert said["requested_by"] == "Niamh"
    assert office.get(f"refunds/{said['id']}/").json() == said
    assert office.get(f"payments/{payment.id}/refunds/").json()["results"] == [said]
    bill = office.get(f"tabs/{tab.id}/").json()
    assert [each["id"] for each in bill["payments"][0]["refunds"]] == [said["id"]]
    assert bill["status"] == "settled"


def test_the_same_key_gives_back_once(office, payment, book):
    first = ask(office, payment, {"amount": eur(120)}, key="press")
    again = ask(office, payment, {"amount": eur(120)}, key="press")

    assert again.json() == first.json()
    assert book.given_back == [Money(120, "EUR")]


def test_a_key_is_required(office, payment, book):
    answer = office.post(f"payments/{payment.id}/refunds/", {"amount": eur(1), "reason": "Cold"})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert book.given_back == []


def test_lines_go_back_as_a_whole(office, payment, tab):
    line = tab.lines.get()

    made = ask(office, payment, {"lines": [str(line.id)]})
    again = ask(office, payment, {"lines": [str(line.id)]})

    assert (made.json()["amount"], made.json()["lines"]) == (eur(320), [str(line.id)])
    assert (again.status_code, again.json()["code"]) == (409, "line_given_back")


def test_more_than_is_left_is_refused(office, payment):
    answer = ask(office, payment, {"amount": eur(321)})

    assert (answer.status_code, answer.json()["code"]) == (409, "more_than_left")
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"amount": {"minor": 100, "currency": "USD"}},
        {"amount": {"minor": "1", "currency": "EUR"}},
        {"amount": {"minor": 100, "currency": "EUR"}, "lines": [str(uuid4())]},
        {"amount": {"minor": 100, "currency": "EUR"}, "reason": ""},
        {"amount": {"minor": 100, "currency": "EUR"}, "extra": 1},
    ],
    ids=["nothing", "currency", "text", "both", "reason", "unknown"],
)
def test_what_makes_no_sense_is_invalid(office, payment, book, body):
    answer = ask(office, payment, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert book.given_back == []


def test_without_an_answer_from_stripe_it_is_requested(office, payment, book):
    book.fail_after.append(OutcomeUnknown("lost"))

    made = ask(office, payment, {"amount": eur(120)})

    assert (made.status_code, made.json()["state"]) == (201, "requested")
