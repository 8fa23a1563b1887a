from __future__ import annotations

import pytest
from django.core.cache import cache
from kombu.exceptions import OperationalError

from config.celery import record_heartbeat as sweep
from config.kernel import nudge as kernel_nudge
from config.kernel.nudge import nudge


@pytest.fixture(autouse=True)
def nobody_was_nudged():
    cache.clear()


def test_a_nudge_queues_one_run_without_waiting(monkeypatch):
    queued = []
    monkeypatch.setattr(sweep, "apply_async", lambda **options: queued.append(options))

    nudge(sweep)

    assert queued == [{"retry": False, "ignore_result": True}]


def test_one_run_that_waits_is_enough(monkeypatch):
    queued = []
    monkeypatch.setattr(sweep, "apply_async", lambda **options: queued.append(options))

    nudge(sweep)
    nudge(sweep)
    assert len(queued) == 1

    sweep.apply()
    nudge(sweep)
    assert len(queued) == 2


def test_without_a_cache_nobody_waits_for_the_broker_too(monkeypatch, caplog):
    queued = []
    monkeypatch.setattr(sweep, "apply_async", lambda **options: queued.append(options))
    monkeypatch.setattr(kernel_nudge, "cache", None)

    nudge(sweep)
    kernel_nudge.begun(sweep.name)

    assert queued == []
    assert f"{sweep.name} waits for its tick" in caplog.text


@pytest.mark.parametrize("fault", [OperationalError("gone"), ConnectionRefusedError("gone")])
def test_a_dead_broker_is_no_error(monkeypatch, caplog, fault):
    def fail(**_options):
        raise fault

    monkeypatch.setattr(sweep, "apply_async", fail)

    nudge(sweep)

    assert f"{sweep.name} waits for its tick" in caplog.text
