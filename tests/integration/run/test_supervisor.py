"""`make run` as its user meets it: a real start in a directory of its own, and every bad ending."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house import PATIENCE, House, free_port

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var")
    yield house
    if house.process.poll() is None:
        house.stop()


def test_it_starts_whole_and_leaves_nothing_behind(house):
    house.start().wait_until_up()
    health, processes = house.health, _descendants(house.process.pid)

    status = house.stop()

    assert status == 0, house.output
    assert (health["database"], health["cache"]) == ("ok", "ok")
    assert health["heartbeat_age_seconds"] < PATIENCE
    assert _names(processes) >= {"valkey-server", "gunicorn", "celery", "python"}
    assert _still_running(processes) == {}
    assert _can_be_taken(house.port)


def test_a_second_start_keeps_data_and_secrets(house):
    house.start().wait_until_up()
    house.stop()
    with contextlib.closing(sqlite3.connect(house.var / "afterward.sqlite3")) as database:
        database.execute("CREATE TABLE left_by_the_test (id)")
    secrets = (house.var / "secrets.json").read_text()

    house.start().wait_until_up()
    house.stop()

    with contextlib.closing(sqlite3.connect(house.var / "afterward.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM left_by_the_test").fetchone() == (0,)
    assert (house.var / "secrets.json").read_text() == secrets
    assert stat.S_IMODE((house.var / "secrets.json").stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_not_even_kill_leaves_processes_behind(house):
    house.start().wait_until_up()
    processes = _descendants(house.process.pid)

    house.process.kill()
    house.wait()

    deadline = time.monotonic() + PATIENCE
    while _still_running(processes) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _still_running(processes) == {}


def test_a_dead_part_ends_everything_and_is_named(house):
    house.start().wait_until_up()
    processes = _descendants(house.process.pid)
    second = House(house.var, output="second").start()
    second_status, second_said = second.wait(), second.output
    (worker,) = (pid for pid, line in processes.items() if _is_main_worker(pid, line, processes))

    os.kill(worker, signal.SIGKILL)
    status = house.wait()

    assert second_status == 1
    assert "running already" in second_said
    assert status == 1
    assert "worker ended by itself (signal SIGKILL)" in house.output
    assert _still_running(processes) == {}


def test_a_taken_port_is_said_at_once(house):
    with socket.create_server(("127.0.0.1", house.port)):
        status = house.start().wait()

    assert status == 1
    assert f"Port {house.port} is taken by another program" in house.output
    assert "Traceback" not in house.output


def test_a_broken_database_is_said_in_one_sentence(house):
    nowhere = f"postgres://nobody:hush@127.0.0.1:{free_port()}/nothing"

    status = house.start(DATABASE_URL=nowhere).wait()

    assert status == 1
    assert "Cannot run: The database cannot be used" in house.output
    assert "Connection refused" in house.output
    assert "hush" not in house.output
    assert "Traceback" not in house.output


def test_a_word_for_a_port_is_refused(house):
    status = house.start(PORT="eighty").wait()

    assert status == 1
    assert "PORT" in house.output
    assert "Traceback" not in house.output


def test_reset_forgets_data_and_keeps_secrets(house):
    house.var.mkdir()
    for name in ("afterward.sqlite3", "afterward.sqlite3-wal", "demo.json", "secrets.json"):
        (house.var / name).write_text("{}")
    (house.var / "appendonlydir").mkdir()

    status = house.start("--reset", STRIPE_SECRET_KEY="sk_test_x").wait()

    assert status == 0, house.output
    assert sorted(path.name for path in house.var.iterdir()) == [
        "run.lock",
        "sandbox.port",
        "secrets.json",
    ]


def _can_be_taken(port):
    with socket.create_server(("127.0.0.1", port)):
        return True


def _processes():
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="],  # noqa: S607  # Wherever ps is.
        check=True,
        capture_output=True,
        text=True,
    )
    for line in listing.stdout.splitlines():
        pid, parent, state, args = re.split(r"\s+", line.strip(), maxsplit=3)
        if not state.startswith("Z"):
            yield int(pid), int(parent), args


def _descendants(ancestor):
    """The processes under that one, with their command lines."""
    found, known = {}, {ancestor}
    for pid, parent, args in sorted(_processes()):
        if parent in known:
            known.add(pid)
            found[pid] = args
    return found


def _still_running(processes):
    now = {pid: args for pid, _parent, args in _processes()}
    return {pid: args for pid, args in processes.items() if now.get(pid) == args}


def _names(processes):
    """The programs' names; Valkey renames itself and ours are started through Python."""
    words = {Path(word).name for args in processes.values() for word in args.split()[:2]}
    return {"python" if word.startswith("python") else word for word in words}


def _is_main_worker(pid, args, processes):
    children = {child for child, parent, _args in _processes() if parent == pid}
    return "celery" in args and " worker " in args and bool(children & processes.keys())
