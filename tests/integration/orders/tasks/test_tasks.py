from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from config.celery import celery_app
from config.kernel import clock
from orders import tasks
from orders.models import GuestLink, IdempotencyRecord
from orders.rules.links import KEPT_AFTER_END
from orders.services import idempotency, links, tabs
from tests import factories
from tests.conftest import EVENING


@pytest.fixture
def at(monkeypatch):
    """Sets the clock that tasks read."""

    def stop(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return stop


def test_a_sweep_sends_what_waits_and_a_second_finds_nothing(tab, at):
    factories.make_message(tab, "request:1")
    at(EVENING)

    for _ in range(2):
        tasks.sweep_unsent_messages()

    assert len(mail.outbox) == 1


def test_what_nobody_needs_is_deleted_and_the_rest_stays(tab, larkspur, ada, scone, at):
    other = factories.make_tab(larkspur, ada, scone)
    tabs.void_tab(tab_id=tab.id, by=ada, now=EVENING, reason="By mistake")
    for each in (tab, other):
        links.mint(tab_id=each.id, now=EVENING)
    for key, now in [("old", EVENING), ("new", EVENING + KEPT_AFTER_END)]:
        idempotency.begin(venue=larkspur, key=key, fingerprint="f", now=now)
    at(EVENING + KEPT_AFTER_END + timedelta(hours=1))

    for _ in range(2):
        tasks.purge_expired_links()

    assert GuestLink.objects.get().tab == other
    assert IdempotencyRecord.objects.get().key == "new"


def test_tasks_have_the_names_that_callers_use():
    assert tasks.sweep_unsent_messages.name == "orders.sweep_unsent_messages"
    assert tasks.purge_expired_links.name == "orders.purge_expired_links"
    assert {"orders.sweep_unsent_messages", "orders.purge_expired_links"} <= {
        entry["task"] for entry in celery_app.conf.beat_schedule.values()
    }


@pytest.mark.parametrize("task", [tasks.sweep_unsent_messages, tasks.purge_expired_links])
@pytest.mark.django_db
def test_a_newer_callers_arguments_are_no_error(task):
    task(added_in_a_later_version=True)


def test_writing_a_mail_queues_one_sweep_after_commit(
    tab, monkeypatch, django_capture_on_commit_callbacks
):
    queued = []
    monkeypatch.setattr(
        tasks.sweep_unsent_messages, "apply_async", lambda **options: queued.append(options)
    )

    with django_capture_on_commit_callbacks(execute=True):
        factories.make_message(tab, "request:1")
        assert queued == []

    assert len(queued) == 1
