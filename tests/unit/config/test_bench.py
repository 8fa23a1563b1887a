"""The sums of the bench: percentiles, targets and tables."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.run.bench import crowd, machine, report
from config.run.bench.crowd import Sample, Watch
from config.run.bench.report import Target

NOBODY = Watch(app=(), database=())


def test_percentiles_are_milliseconds():
    assert crowd.percentile([each / 1000 for each in range(101)], 95) == pytest.approx(95)


def test_one_figure_is_every_percentile():
    assert crowd.percentile([0.25], 50) == 250


def test_a_sample_counts_the_time_until_everything_is_done():
    sample = Sample(name="x", clients=1, took=[[0.1, 0.2]] * 10, until_done=5)

    assert sample.rate == 2
    assert sample.percentile(50) == pytest.approx(300)
    assert sample.slowest_step(50) == pytest.approx(200)


def test_clients_work_until_the_time_is_up_and_errors_are_kept():
    def fail():
        raise OSError("gone")

    sample = crowd.run("x", [lambda: [0.0], fail], seconds=0.5, watch=NOBODY)

    assert sample.operations > 1
    assert sample.errors == ["OSError: gone"]


@pytest.mark.parametrize(
    ("found", "word"), [(70, "goal"), (66, "goal"), (41, "must"), (39.9, "missed"), (None, "")]
)
def test_a_figure_is_held_against_its_target(found, word):
    target = Target(what="op/s", found=found, must=40, goal=66, at_least=True)

    assert target.row()[-1] == word


def test_less_is_better_where_a_limit_is_meant():
    assert Target(what="statements", found=40, must=48, goal=36).row()[-1] == "must"


def test_a_table_lines_up():
    assert report.table([("a", "bb"), ("ccc", "d")]) == ("| a   | bb |\n|-----|----|\n| ccc | d  |")


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells it in files.")
def test_processor_time_of_a_child_counts_with_its_parent():
    before = machine.cpu_seconds([os.getpid()])

    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)

    assert machine.cpu_seconds([os.getpid()]) - before > 0.05
