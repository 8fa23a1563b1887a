from __future__ import annotations

import pytest
from kombu.exceptions import OperationalError

from config.kernel.nudge import nudge


class Sweep:
    """A task whose broker can be away."""

    name = "orders.sweep_something"

    def __init__(self, fault=None):
        self.fault, self.queued = fault, []

    def apply_async(self, **options):
        if self.fault is not None:
            raise self.fault
        self.queued.append(options)


def test_a_nudge_queues_one_run_without_waiting():
    sweep = Sweep()

    nudge(sweep)

    assert sweep.queued == [{"retry": False, "ignore_result": True}]


@pytest.mark.parametrize("fault", [OperationalError("gone"), ConnectionRefusedError("gone")])
def test_a_dead_broker_is_no_error(fault, caplog):
    nudge(Sweep(fault))

    assert "orders.sweep_something waits for its tick" in caplog.text
