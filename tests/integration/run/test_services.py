"""Commands run on throw-away services of their own, which are gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    print(database.execute("SHOW server_version").fetchone()[0])
print(redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
print(os.environ["DATABASE_URL"].partition("host=")[2])
"""
pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("namespaces", ["", "refused"], ids=["namespaces", "no namespaces"])
def test_a_command_finds_real_servers_and_leaves_none(namespaces):
    status, said = _with_services(ASK, NO_USER_NAMESPACE=namespaces)

    version, pong, directory = said.splitlines()
    assert status == 0
    assert version.startswith("18.")
    assert pong == "True"
    assert not os.path.exists(directory)  # noqa: PTH110  # It is a name, not ours to open.


def test_the_status_of_the_command_is_passed_on():
    status, said = _with_services("raise SystemExit(7)", services=["--kv"])

    assert (status, said) == (7, "")


def test_a_server_of_yours_is_used_instead():
    status, said = _with_services(
        'import os; print(os.environ["REDIS_URL"])',
        services=["--kv"],
        REDIS_URL="redis://kv.example.org",
    )

    assert (status, said) == (0, "redis://kv.example.org")


def _with_services(code, *, services=("--pg", "--kv"), **variables):
    environment = {name: it for name, it in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "config.run.services", *services, "--", sys.executable, "-c", code],
        check=False,
        env=environment | variables,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.returncode, done.stdout.strip()
