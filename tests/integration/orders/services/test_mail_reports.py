"""Reports of a mail provider: signed, told apart, and ending in less mail."""

from __future__ import annotations

import base64
import json

import pytest

from orders.models import MailStop, Message, TabEvent
from orders.services import mail_reports, mail_stops, messages
from tests import factories
from tests.conftest import EVENING

GOOD = {"Authorization": "Basic " + base64.b64encode(b"tests:a-secret").decode()}
ADDRESS = "/hooks/mail/postmark/tracking/"


@pytest.fixture
def message(tab):
    message = factories.make_message(tab, "request:1")
    messages.send_due(now=EVENING)
    return message


@pytest.fixture
def report(client, message):
    def post(record="Bounce", kind="HardBounce", *, key=None, headers=GOOD):
        body = {
            "RecordType": record, "Type": kind, "Email": "donal@example.org", "ID": 4711,
            "Details": "550 5.1.1 No such user", "Metadata": {"message": key or str(message.id)},
            "BouncedAt": "2026-03-06T20:00:00Z",
        }  # fmt: skip
        return client.post(ADDRESS, json.dumps(body), "application/json", headers=headers)

    return post


def stops():
    return list(MailStop.objects.live().values_list("email", "reason"))


def test_a_mail_that_came_back_stops_all_mail_and_shows(report, message, tab):
    assert report().status_code == 200

    message.refresh_from_db()
    assert stops() == [("donal@example.org", "bounced")]
    assert (message.state, message.result) == ("failed", "came back: 550 5.1.1 No such user")
    assert TabEvent.objects.filter(tab=tab, kind="mail_bounced").count() == 1
    factories.make_message(tab, "request:2")
    assert messages.send_due(now=EVENING) == 0
    assert Message.objects.get(source_key="request:2").state == "failed"


def test_the_same_report_again_changes_nothing(report, tab):
    for _time in range(3):
        report()

    assert len(stops()) == 1
    assert TabEvent.objects.filter(tab=tab, kind="mail_bounced").count() == 1


@pytest.mark.parametrize(
    ("record", "kind", "expected"),
    [
        ("SpamComplaint", "SpamComplaint", [("donal@example.org", "complained")]),
        ("Bounce", "Unsubscribe", [("donal@example.org", "unsubscribed")]),
        ("Bounce", "Transient", []),
        ("Delivery", "", []),
    ],
)
def test_reports_are_told_apart(report, record, kind, expected):
    assert report(record, kind).status_code == 200

    assert stops() == expected


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic " + base64.b64encode(b"tests:wrong").decode()}],
    ids=["none", "wrong"],
)
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning")
def test_who_does_not_know_the_secret_is_not_believed(report, headers):
    assert report(headers=headers).status_code == 400

    assert stops() == []


def test_other_providers_have_no_door(client, db):
    assert client.post("/hooks/mail/sendgrid/tracking/", headers=GOOD).status_code == 404


@pytest.mark.parametrize("key", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_report_about_a_mail_that_is_not_ours_says_nothing(report, key):
    assert report(key=key).status_code == 200

    assert stops() == []


def test_staff_who_send_again_try_the_address_again(report, message, tab):
    report()

    assert mail_stops.try_again(venue=tab.venue, email="donal@example.org", now=EVENING)
    assert not mail_reports.take(kind="opened", message_key=str(message.id), detail="", now=EVENING)
    assert stops() == []
