"""Reminders among real processes that are killed, and a mail server that fails: each at most once.

Two kinds of kill are told apart. One before a mail is handed over loses nothing: the lease runs
out, and the mail goes once. One while the server has the mail and has not said so leaves exactly
that mail unknown: it is shown, and never sent again.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from orders.models import Message
from orders.rules.messages import LEASE
from orders.services import messages
from payments.models import Reminder
from payments.services import closing
from tests import factories, reminder, smtp
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db(transaction=True)
TABS = 12
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 12, tzinfo=UTC)
PATIENCE = 60
PROCESSES, THREADS = 5, 10


@pytest.fixture
def server():
    with smtp.running() as server:
        yield server
        server.go_on.set()


@pytest.fixture
def owing(larkspur, ada, scone):
    """Tabs that are due on Saturday; their links have left."""
    found = []
    for number in range(TABS):
        email = f"guest-{number}@example.org"
        tab = factories.make_tab(larkspur, ada, scone, email=email)
        found.append(closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab)
    while messages.send_due(now=EVENING):
        pass
    return found


@pytest.fixture
def worker(server):
    def start(now, **how):
        name = connection.settings_dict["NAME"]
        return reminder.start(database=str(name), port=server.port, now=now, **how)

    return start


def run(worker, now, **how):
    assert worker(now, **how).wait(PATIENCE) == 0


def kill_at(place, worker, server, now):
    """Start a worker, wait until the server has it where it shall die, and kill it there."""
    server.stall = place
    doomed = worker(now)
    assert server.stalled.wait(PATIENCE)
    doomed.kill()
    doomed.wait(PATIENCE)
    server.stall = ""
    server.go_on.set()
    server.stalled.clear()
    server.go_on.clear()


def outcomes(step=1):
    rows = Reminder.objects.filter(step=step).values_list("state", "reason")
    return Counter(f"{state} {reason}".strip() for state, reason in rows)


def check_each_went_once(server):
    """What the server took, against what is known: nothing twice, nothing untold."""
    taken = Counter(mail["Message-ID"] for mail in server.mails)
    per_step = Counter(
        Reminder.objects.get(message_id=mail_id.strip("<").partition("@")[0]).id
        for mail_id in taken
    )

    assert set(taken.values()) | set(per_step.values()) <= {1}
    known = {
        f"<{row.message_id}@testserver>"
        for row in Reminder.objects.filter(state__in=["sent", "unknown"])
    }
    assert set(taken) == known


def test_fifty_workers_claim_each_reminder_once(worker, owing):
    crowd = [worker(SATURDAY, threads=THREADS, sends=False) for _each in range(PROCESSES)]

    assert [each.wait(PATIENCE) for each in crowd] == [0] * PROCESSES
    assert Message.objects.filter(is_reminder=True).count() == TABS
    assert outcomes() == {"claimed": TABS}


def test_many_senders_send_each_once(worker, owing, server):
    crowd = [worker(SATURDAY, threads=3) for _each in range(3)]

    assert [each.wait(PATIENCE) for each in crowd] == [0] * 3
    run(worker, SATURDAY + timedelta(minutes=1))
    assert outcomes() == {"sent": TABS}
    check_each_went_once(server)


def test_workers_die_servers_fail_and_nothing_goes_twice(worker, owing, server):
    now = SATURDAY
    kill_at("greeting", worker, server, now)
    assert Message.objects.filter(state="claimed").count() == TABS
    now += LEASE
    kill_at("answer", worker, server, now)
    now += LEASE
    kill_at("answer", worker, server, now)
    now += LEASE
    server.refuse_text.extend(["451 later", "554 never"])
    server.hang_up = True
    run(worker, now)
    for _hour in range(4):
        now += timedelta(minutes=31)
        run(worker, now)

    # Two killed with the mail in the server's hands, and one that it hung up on.
    assert outcomes() == {"sent": TABS - 4, "unknown": 3, "skipped refused": 1}
    check_each_went_once(server)


def test_a_server_that_is_away_and_two_days_of_nothing_lose_nothing(worker, owing, server):
    port = server.port
    server.shutdown()
    server.server_close()
    run(worker, SATURDAY)
    assert outcomes() == {"claimed": TABS}

    with smtp.running(port) as back:
        run(worker, MONDAY)
        run(worker, MONDAY + timedelta(hours=4))

        assert len(back.mails) == TABS
    assert outcomes(1) + outcomes(2) == {"skipped overtaken": TABS, "sent": TABS}
