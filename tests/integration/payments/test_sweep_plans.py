"""Sweeps find what is due by an index, however much there is that is not due."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.services import messages
from payments.models import Reminder
from payments.services import checkout, closing, hold_steps, holds, reconciliation, reminders
from tests import factories, holding
from tests.conftest import EVENING

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
# One in a hundred tabs is due, and a tab has three reminders to come.
TABS, OFTEN = 5_000, 100
NEVER = "timestamptz '2031-01-01'"
NEW_TAB = "md5('tab' || n)::uuid"
# What differs from copy to copy; all else is as in the row that the product's services wrote.
COPIES = {
    "orders_tab": {
        "id": NEW_TAB,
        "number": "1000 + n",
        "guest_key": "substr(md5('key' || n), 1, 16)",
        "request_key": "NULL",
    },
    "payments_paymentrequest": {"id": "md5('request' || n)::uuid", "tab_id": NEW_TAB},
    "orders_message": {
        "id": "md5('mail' || n || x.id)::uuid",
        "tab_id": NEW_TAB,
        "source_key": "x.source_key || n",
        "state": f"CASE WHEN n % {OFTEN} = 0 THEN 'due' ELSE 'sent' END",
        "due_at": NEVER,
    },
    "payments_checkoutattempt": {
        "id": "md5('page' || n || x.id)::uuid",
        "tab_id": NEW_TAB,
        "session_id": "x.session_id || n",
        "state": f"CASE WHEN n % {OFTEN} = 0 THEN 'open' ELSE 'expired' END",
        "next_check_at": NEVER,
    },
    "payments_gatewayoperation": {
        "id": "md5('call' || n || x.id)::uuid",
        "subject_id": "md5('subject' || n || x.id)::uuid",
    },
    "payments_reminder": {
        "id": "md5('step' || n || x.id)::uuid",
        "tab_id": NEW_TAB,
        "due_at": f"CASE WHEN n % {OFTEN} = 0 THEN x.due_at ELSE {NEVER} END",
    },
    "payments_hold": {
        "id": "md5('hold' || n || x.id)::uuid",
        "purpose_id": "md5('purpose' || n || x.id)::uuid",
        "session_id": "x.session_id || n",
        "intent_id": "NULL",
        "next_check_at": f"CASE WHEN n % {OFTEN} = 0 THEN {NEVER} END",
    },
}


@pytest.fixture
def years(larkspur, ada, scone, wish):
    """One tab as it is in life, and thousands like it."""
    tab = factories.make_tab(larkspur, ada, scone, email="donal@example.org")
    total = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab.total
    checkout.open_page(tab_id=tab.id, wish=wish(total.minor), now=EVENING)
    holds.ask(holding.agreed(larkspur), now=EVENING)
    with connection.cursor() as cursor:
        for table, changes in COPIES.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_identity = 'NO'",
                [table],
            )
            names = [name for (name,) in cursor.fetchall()]
            values = ", ".join(changes.get(name, f'x."{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({columns})"  # noqa: S608 - The names are ours.
                f" SELECT {values} FROM generate_series(1, {TABS}) n, {table} x"
            )
            cursor.execute(f"ANALYZE {table}")


def plans(work):
    """Every statement that `work` makes, with the plan the database has for it."""
    with CaptureQueriesContext(connection) as said:
        work()
    found = {}
    for each in said.captured_queries:
        if each["sql"].startswith(("SELECT", "UPDATE")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {each['sql']}")
                plan = cursor.fetchone()[0]
            plan = plan if isinstance(plan, list) else json.loads(plan)
            found[each["sql"]] = list(nodes(plan[0]["Plan"]))
    return found


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def read_through(found):
    """The statements that read one of the large tables from end to end."""
    return [
        sql
        for sql, steps in found.items()
        if any(
            step["Node Type"] == "Seq Scan" and step["Relation Name"] in COPIES for step in steps
        )
    ]


def indexes(found):
    return {
        step["Index Name"] for steps in found.values() for step in steps if "Index Name" in step
    }


def test_the_reminders_that_are_due_are_found_by_their_index(years):
    first = Reminder.objects.order_by("due_at")[0].due_at
    due = []

    found = plans(lambda: due.extend(reminders._due_tabs(first, most=TABS)))

    assert len(due) == 1 + TABS // OFTEN
    assert indexes(found) == {"payments_reminder_due"}
    assert read_through(found) == []


def test_sweeps_without_work_read_no_large_table(years):
    wanted = {
        reminders.sweep: {"payments_reminder_due", "payments_reminder_claimed"},
        messages.send_due: {"orders_message_due", "orders_message_claimed"},
        reconciliation.check_pages: {"payments_attempt_to_check"},
        reconciliation.resolve_operations: {"payments_operation_unresolved"},
        hold_steps.sweep: {"payments_hold_to_check"},
    }

    for sweep, its_own in wanted.items():
        found = plans(lambda sweep=sweep: sweep(now=EVENING))

        assert its_own <= indexes(found), sweep
        assert read_through(found) == [], sweep
