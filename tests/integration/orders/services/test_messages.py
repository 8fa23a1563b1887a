from __future__ import annotations

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from config.kernel.tokens import digest
from config.kernel.transactions import OpenTransaction
from orders.events import MessageWritten
from orders.models import GuestLink, Message
from orders.rules.messages import LEASE, RETRIES, MessageState
from orders.selectors import links as links_selector
from orders.services import envelopes, messages
from tests import factories
from tests.conftest import EVENING

LINK = re.compile(r"http://testserver/p/([\w-]{43})/")
SOON = EVENING + timedelta(minutes=1)


class MoodyServer(EmailBackend):
    """A mail server that answers each mail with the next of `moods`; after those, with yes."""

    moods: list[Exception] = []
    opened = closed = 0

    def send_messages(self, messages):
        if type(self).moods:
            raise type(self).moods.pop(0)
        return super().send_messages(messages)

    def close(self):
        type(self).closed += 1


@pytest.fixture
def server(settings):
    """The moody server, in its best mood."""
    settings.EMAIL_BACKEND = f"{__name__}.MoodyServer"
    MoodyServer.moods, MoodyServer.closed = [], 0
    return MoodyServer


@pytest.fixture
def message(tab):
    return factories.make_message(tab, "request:1")


def token_in(sent):
    """The secret in the link of a mail."""
    (token,) = LINK.findall(sent.body)
    return token


def html_of(sent):
    """The HTML of a mail; None of one that is text alone."""
    return next((text for text, kind in sent.alternatives if kind == "text/html"), None)


def outcome(message):
    message.refresh_from_db()
    return message.state, message.result, message.attempts


def test_a_mail_is_written_once_for_each_reason(tab, message):
    assert factories.make_message(tab, "request:1", to="other@example.org") == message
    assert Message.objects.get().to == "donal@example.org"


def test_writing_is_announced_once_after_commit(
    tab, heard_facts, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first, _again = (factories.make_message(tab, "request:1") for _ in range(2))
        assert heard_facts == []

    assert heard_facts == [MessageWritten(message_id=first.id)]


def test_a_due_mail_leaves_with_its_link_and_headers(message, tab):
    assert messages.send_due(now=EVENING) == 1

    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["donal@example.org"], "Your tab")
    assert sent.from_email == "Larkspur Coffee <afterward@localhost>"
    assert sent.reply_to == ["hello@larkspur.example"]
    assert sent.extra_headers == {
        "Message-ID": f"<{message.id}@testserver>",
        "Auto-Submitted": "auto-generated",
    }
    token = token_in(sent)
    assert html_of(sent) == f'<a href="http://testserver/p/{token}/">Pay here</a>'
    assert links_selector.find_tab(token=token, now=EVENING) == tab
    assert outcome(message) == (MessageState.SENT, "accepted", 1)
    assert message.sent_at == EVENING


def test_what_is_kept_opens_nothing(message):
    messages.send_due(now=EVENING)

    message.refresh_from_db()
    token = token_in(mail.outbox[0])
    assert message.text == "Pay here: [link]"
    assert GuestLink.objects.get().digest == digest(token)
    assert not any(token in str(value) for value in Message.objects.values_list().get())


def test_later_mails_of_a_tab_stand_in_the_thread_of_the_first(tab, message):
    reminder = factories.make_message(tab, "reminder:1", now=SOON)
    elsewhere = factories.make_message(tab, "receipt:1", to="aoife@example.org", now=SOON)

    messages.send_due(now=SOON)

    threads = {sent.extra_headers["Message-ID"]: sent.extra_headers for sent in mail.outbox}
    assert threads[f"<{reminder.id}@testserver>"]["In-Reply-To"] == f"<{message.id}@testserver>"
    assert threads[f"<{reminder.id}@testserver>"]["References"] == f"<{message.id}@testserver>"
    assert "References" not in threads[f"<{message.id}@testserver>"]
    assert "References" not in threads[f"<{elsewhere.id}@testserver>"]


def test_a_mail_that_left_does_not_leave_again(message):
    counts = [messages.send_due(now=EVENING + timedelta(hours=hour)) for hour in range(3)]

    assert counts == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_a_mail_that_is_not_due_waits(message):
    assert messages.send_due(now=EVENING - timedelta(seconds=1)) == 0
    assert outcome(message) == (MessageState.DUE, "", 0)


def test_a_sweep_takes_so_many_and_leaves_the_rest(tab):
    for number in range(3):
        factories.make_message(tab, f"request:{number}")

    assert [messages.send_due(now=EVENING, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_server_that_is_away_is_tried_again_later_and_later(message, server):
    now = EVENING
    for attempt, wait in enumerate(RETRIES, start=1):
        server.moods.append(ConnectionRefusedError("nobody there"))

        assert messages.send_due(now=now) == 0

        assert outcome(message) == (
            MessageState.DUE,
            "ConnectionRefusedError nobody there",
            attempt,
        )
        assert message.due_at == now + wait
        assert messages.send_due(now=now + wait - timedelta(seconds=1)) == 0
        now += wait
    server.moods.append(smtplib.SMTPServerDisconnected("gone"))

    messages.send_due(now=now)

    assert outcome(message) == (MessageState.FAILED, "SMTPServerDisconnected gone", 5)


def test_a_server_that_is_back_gets_the_same_mail(message, server):
    server.moods.append(smtplib.SMTPDataError(451, b"Later"))
    messages.send_due(now=EVENING)

    assert messages.send_due(now=EVENING + RETRIES[0]) == 1

    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{message.id}@testserver>"
    assert outcome(message) == (MessageState.SENT, "accepted", 2)


def test_an_address_refused_for_good_is_not_tried_again(message, server):
    refused = {"donal@example.org": (550, b"5.1.1 No such user")}
    server.moods.append(smtplib.SMTPRecipientsRefused(refused))

    messages.send_due(now=EVENING)

    assert outcome(message) == (MessageState.FAILED, "550 5.1.1 No such user", 1)
    assert messages.send_due(now=EVENING + timedelta(days=9)) == 0


def test_one_mails_fault_is_nobody_elses(tab, message, server):
    other = factories.make_message(tab, "request:2", now=SOON)
    server.moods.append(RuntimeError("a template of ours"))

    assert messages.send_due(now=SOON) == 1

    assert outcome(message)[0] == MessageState.DUE
    assert outcome(other)[0] == MessageState.SENT


@pytest.mark.parametrize(
    ("mood", "closed"),
    [(smtplib.SMTPDataError(451, b"Later"), 1), (TimeoutError("slow"), 2)],
)
def test_a_broken_connection_is_opened_anew_for_the_next_mail(
    *, tab, message, server, mood, closed
):
    factories.make_message(tab, "request:2", now=SOON)
    server.moods.append(mood)

    messages.send_due(now=SOON)

    assert server.closed == closed


def test_a_mail_whose_worker_died_is_sent_by_the_next(message):
    messages._claim(Message.objects.unsent(EVENING), now=EVENING, limit=9)

    assert messages.send_due(now=EVENING + LEASE - timedelta(seconds=1)) == 0
    assert messages.send_due(now=EVENING + LEASE) == 1


def test_a_worker_that_comes_back_too_late_changes_nothing(message):
    late = messages._claim(Message.objects.unsent(EVENING), now=EVENING, limit=9)[0]
    messages.send_due(now=EVENING + LEASE)

    messages._record(late, state=MessageState.FAILED, result="late")

    assert outcome(message) == (MessageState.SENT, "accepted", 2)


def test_one_mail_can_be_sent_before_its_time(message, tab):
    other = factories.make_message(tab, "request:2")
    early = EVENING - timedelta(minutes=1)

    assert messages.send_one(message.id, early) == 1
    assert messages.send_one(message.id, EVENING) == 0

    assert [outcome(each)[0] for each in (message, other)] == ["sent", "due"]


def test_mails_are_never_sent_inside_a_transaction(message):
    with transaction.atomic():
        for send in (
            lambda: messages.send_due(now=EVENING),
            lambda: messages.send_one(message.id, EVENING),
        ):
            with pytest.raises(OpenTransaction):
                send()

    assert mail.outbox == []


@pytest.mark.parametrize(("count", "statements"), [(1, 8), (3, 12)])
def test_a_sweep_asks_little_of_the_database(*, tab, django_assert_num_queries, count, statements):
    for number in range(count):
        factories.make_message(tab, f"request:{number}")

    with django_assert_num_queries(statements):  # Two for each mail, four more, a savepoint.
        messages.send_due(now=EVENING)


def test_the_outbox_page_shows_a_link_on_its_own_address(message):
    shown = envelopes.fill_in(message, now=EVENING, base_url="http://192.168.0.7:8000")

    assert re.fullmatch(r"Pay here: http://192\.168\.0\.7:8000/p/[\w-]{43}/", shown.text)
    assert "[link]" not in shown.html
    assert "p/" not in repr(shown)


def test_a_mail_without_a_link_mints_none(tab):
    message = messages.write(
        venue=tab.venue,
        tab=tab,
        kind="note",
        source_key="note:1",
        to="donal@example.org",
        subject="Thanks",
        text="See you",
        html="",
        now=EVENING,
    )

    messages.send_due(now=EVENING)

    assert mail.outbox[0].body == "See you"
    assert html_of(mail.outbox[0]) is None
    assert GuestLink.objects.count() == 0
    assert outcome(message)[0] == MessageState.SENT


def test_a_link_that_is_no_secret_needs_no_token(tab, message):
    Message.objects.update(link_path="/larkspur/")

    messages.send_due(now=EVENING)

    assert mail.outbox[0].body == "Pay here: http://testserver/larkspur/"


def test_a_venues_name_cannot_forge_a_header(settings):
    settings.DEFAULT_FROM_EMAIL = "House <tabs@house.example>"

    assert envelopes.sender('Larkspur, "Coffee"') == (
        '"Larkspur, \\"Coffee\\"" <tabs@house.example>'
    )


class ProviderSaid(Exception):
    """What a provider's client raises: an HTTP status, and words."""

    def __init__(self, status_code):
        super().__init__("the provider's words")
        self.status_code = status_code


@pytest.mark.parametrize(
    ("status", "state"),
    [(422, "failed"), (400, "failed"), (401, "due"), (429, "due"), (500, "due"), (503, "due")],
)
def test_a_providers_answers_are_told_apart(server, message, status, state):
    server.moods.append(ProviderSaid(status))

    messages.send_due(now=EVENING)

    assert outcome(message) == (state, f"{status} the provider's words", 1)
