"""The health pages tell a load balancer the truth about this process and what it stands on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from config.celery import HEARTBEAT_KEY, record_heartbeat, sweep_periods
from config.kernel import clock
from orders.models import SweepBeat
from orders.services import sweeps
from payments import tasks as payment_tasks


@pytest.fixture(autouse=True)
def _no_heartbeat():
    cache.delete(HEARTBEAT_KEY)


def test_a_living_process_says_so_without_asking_the_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_means_that_the_database_answers(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "cache": "ok", "heartbeat_age_seconds": None}


@pytest.mark.django_db
def test_the_heartbeat_of_beat_and_worker_is_told(client):
    record_heartbeat()

    age = client.get("/readyz").json()["heartbeat_age_seconds"]

    assert 0 <= age < 60


@pytest.mark.django_db
def test_a_silent_database_takes_the_process_out_of_service(client):
    def silent(_execute, _sql, _params, _many, _context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(silent):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "down"


@pytest.mark.django_db
def test_a_dead_cache_does_not(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/kv.sock",
        }
    }

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["cache"] == "down"


def test_health_pages_change_nothing(client):
    assert client.post("/healthz").status_code == 405


@pytest.fixture
def ran(db):
    """Every sweep came to its end at this moment."""

    def make(at):
        for name in sweep_periods():
            sweeps.note_end(name=name, now=at)

    return make


def test_sweeps_that_run_are_green(client, ran):
    ran(clock.now())

    answer = client.get("/sweepsz")

    assert answer.status_code == 200
    assert "payments.sweep_due_reminders" in answer.content.decode()
    assert "Every sweep runs as it should" in answer.content.decode()


def test_one_that_is_late_turns_the_page_red(client, ran):
    ran(clock.now())
    late = clock.now() - timedelta(hours=1)
    sweeps.note_end(name="payments.sweep_due_reminders", now=late)

    answer = client.get("/sweepsz")

    assert answer.status_code == 503
    assert "A sweep is late" in answer.content.decode()


def test_one_that_never_ran_is_late(client, db):
    assert client.get("/sweepsz").status_code == 503


def test_a_sweep_leaves_a_trace_when_it_has_succeeded(db):
    payment_tasks.sweep_due_reminders.apply()
    record_heartbeat.apply()

    assert [beat.name for beat in SweepBeat.objects.all()] == ["payments.sweep_due_reminders"]
