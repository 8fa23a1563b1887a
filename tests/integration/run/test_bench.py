"""The bench measures, finds every result in the database, and prints its tables."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.any_database, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.mark.parametrize("database", ["postgres", "sqlite"])
def test_a_short_bench_finds_everything_right(database):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    done = subprocess.run(
        [sys.executable, "-m", "config.run.bench"],
        check=False,
        env=kept | {"BENCH_QUICK": "1", "BENCH_ONLY": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout
    assert done.stdout.count("| Afterward") >= 2
    assert "| op/s, 4 clients" in done.stdout
