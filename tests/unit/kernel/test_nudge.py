from __future__ import annotations

import pytest
from kombu.exceptions import OperationalError

from config.celery import record_heartbeat as sweep
from config.kernel.nudge import nudge


def test_a_nudge_queues_one_run_without_waiting(monkeypatch):
    queued = []
    monkeypatch.setattr(sweep, "apply_async", lambda **options: queued.append(options))

    nudge(sweep)

    assert queued == [{"retry": False, "ignore_result": True}]


@pytest.mark.parametrize("fault", [OperationalError("gone"), ConnectionRefusedError("gone")])
def test_a_dead_broker_is_no_error(monkeypatch, caplog, fault):
    def fail(**_options):
        raise fault

    monkeypatch.setattr(sweep, "apply_async", fail)

    nudge(sweep)

    assert f"{sweep.name} waits for its tick" in caplog.text
