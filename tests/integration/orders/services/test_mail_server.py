"""The outbox against a mail server that speaks SMTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Message
from orders.rules.messages import RETRIES
from orders.services import messages
from tests import factories, smtp
from tests.conftest import EVENING


@pytest.fixture
def server(settings):
    with smtp.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def three_mails(tab):
    return [
        factories.make_message(tab, f"request:{number}", now=EVENING + timedelta(seconds=number))
        for number in range(3)
    ]


LATER = EVENING + timedelta(minutes=1)


def states():
    return list(Message.objects.order_by("created_at").values_list("state", "result"))


def test_a_batch_leaves_over_one_connection(server, three_mails):
    assert messages.send_due(now=LATER) == 3

    assert server.connections == 1
    assert [mail["Message-ID"] for mail in server.mails] == [
        f"<{message.id}@testserver>" for message in three_mails
    ]
    first = server.mails[0]
    assert first["From"] == "Larkspur Coffee <afterward@localhost>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert "http://testserver/p/" in first.get_body(("plain",)).get_content()
    assert "http://testserver/p/" in first.get_body(("html",)).get_content()


def test_refusals_are_told_apart_and_the_connection_stays(server, three_mails):
    server.refuse_recipient.extend(["550 no such user", "450 greylisted"])

    assert messages.send_due(now=LATER) == 1

    assert server.connections == 1
    assert states() == [
        ("failed", "550 no such user"),
        ("due", "450 greylisted"),
        ("sent", "accepted"),
    ]


def test_a_text_that_is_refused_does_not_stop_the_rest(server, three_mails):
    server.refuse_text.extend(["554 looks like spam"])

    assert messages.send_due(now=LATER) == 2

    assert states()[0] == ("failed", "554 looks like spam")


def test_nobody_listens_and_everything_waits(server, three_mails):
    server.shutdown()
    server.server_close()

    assert messages.send_due(now=LATER) == 0

    assert [state for state, _result in states()] == ["due"] * 3
    assert all("ConnectionRefusedError" in result for _state, result in states())
    assert {message.due_at for message in Message.objects.all()} == {LATER + RETRIES[0]}
