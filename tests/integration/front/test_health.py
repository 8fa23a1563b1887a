"""The health pages tell a load balancer the truth about this process and what it stands on."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from config.celery import HEARTBEAT_KEY, record_heartbeat


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
