"""Queued work is done by a real worker over a real broker, and its absence hurts no request."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.cache import cache

from config.celery import HEARTBEAT_KEY, celery_app, record_heartbeat
from config.kernel.nudge import nudge

PATIENCE = 20
NOT_FELT = 0.8
TIME_A_NUDGE = """
import time
import django
django.setup()
from config.celery import record_heartbeat
from config.kernel.nudge import nudge
started = time.monotonic()
nudge(record_heartbeat)
print(time.monotonic() - started)
"""
pytestmark = pytest.mark.celery


def test_a_nudge_is_work_done_elsewhere(worker):
    cache.delete(HEARTBEAT_KEY)

    nudge(record_heartbeat)

    assert worker.poll() is None
    assert _soon(lambda: cache.get(HEARTBEAT_KEY) is not None)


def test_each_app_has_a_queue_that_the_worker_empties(worker):
    queues = {queue["name"] for queue in _only(celery_app.control.inspect().active_queues())}
    routes = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}

    assert worker.poll() is None
    assert queues == routes | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_work_that_waits_for_a_worker_is_done_when_one_comes_back(worker):
    cache.delete(HEARTBEAT_KEY)
    worker.send_signal(signal.SIGSTOP)
    nudge(record_heartbeat)
    time.sleep(0.5)
    waiting = cache.get(HEARTBEAT_KEY)

    worker.send_signal(signal.SIGCONT)

    assert waiting is None
    assert _soon(lambda: cache.get(HEARTBEAT_KEY) is not None)


@pytest.mark.any_database
@pytest.mark.parametrize("listening", [False, True], ids=["away", "silent"])
def test_a_dead_broker_is_no_error_and_is_hardly_felt(tmp_path, listening):
    address = tmp_path / "kv.sock"
    with socket.socket(socket.AF_UNIX) as broker:
        if listening:
            broker.bind(str(address))
            broker.listen()

        done = subprocess.run(
            [sys.executable, "-c", TIME_A_NUDGE],
            check=False,
            env=os.environ | {"REDIS_URL": f"unix://{address}?db=0"},
            capture_output=True,
            text=True,
        )

    assert done.returncode == 0, done.stderr
    assert float(done.stdout.splitlines()[-1]) < NOT_FELT


def _soon(happened):
    deadline = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


def _only(answers):
    (answer,) = answers.values()
    return answer
