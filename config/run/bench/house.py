"""The product as it runs in production, on services of the bench's own, until the bench is done."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from config.run import postgres, probe, valkey
from config.run.bench.client import Server
from config.run.bench.crowd import Watch
from config.run.bench.operation import WEBHOOK_SECRET, Till
from config.run.plan import binary
from config.run.process import CannotRun, die_with_parent, end, wait_until
from config.settings.reading import ROOT

WORKERS: Final = 2
# Durable, unlike the database of the tests, and able to count statements when asked to.
POSTGRES: Final = (
    "shared_preload_libraries=pg_stat_statements",
    "pg_stat_statements.track_utility=on",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "autovacuum_naptime=15s",
)
_HTTPS: Final = {"X-Forwarded-Proto": "https"}


class Ground:
    """What everything stands on: a directory, Valkey, and the programs that are started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        self._stack = contextlib.ExitStack()
        self.environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }

    def __enter__(self) -> Self:
        address = valkey.socket_in(self.directory)
        log = self.directory / "kv.log"
        kv = self.start(valkey.command(self.directory, address, log=log, keep=True), "valkey")
        wait_until(lambda: valkey.answers(address), kv, what="Valkey")
        self.environment["REDIS_URL"] = valkey.url(address)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(
        self, command: Sequence[str], name: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A program that ends with the bench; what it says is kept in a file."""
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | dict(variables or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        self._stack.callback(end, process, patience=20)
        return process

    def serve(
        self, application: str, name: str, variables: Mapping[str, str]
    ) -> tuple[int, subprocess.Popen[bytes]]:
        """Two synchronous web processes; their port, once they listen."""
        port = free_port()
        gunicorn = [
            *(binary("gunicorn"), application, "--workers", str(WORKERS)),
            *("--bind", f"127.0.0.1:{port}", "--log-level", "error", "--no-control-socket"),
        ]
        process = self.start(gunicorn, name, variables)
        wait_until(lambda: probe.is_there(f"http://127.0.0.1:{port}/"), process, what=name)
        return port, process

    def start_postgres(self) -> tuple[str, int]:
        """A durable PostgreSQL; its address and its process."""
        server, address = postgres.start(self.directory, POSTGRES)
        self._stack.callback(end, server, sign=signal.SIGINT, patience=20)
        return address, server.pid


@dataclass(frozen=True, kw_only=True)
class House:
    """The product, running on one database."""

    database: str
    variables: Mapping[str, str] = field(repr=False)
    port: int
    watch: Watch
    staged: Mapping[str, Any]

    def tills(self) -> list[Till]:
        """One for each venue."""
        return [
            Till(
                server=Server(self.port, _HTTPS | {"Authorization": f"Bearer {till['key']}"}),
                items=tuple(till["items"]),
            )
            for till in self.staged["tills"]
        ]

    def visitor(self, **headers: str) -> Server:
        """Somebody who asks for pages."""
        return Server(self.port, _HTTPS | headers)


def open_house(ground: Ground, database: str, *, pid: int | None, board: int) -> House:
    """Migrate, stage, and start everything that takes part in an operation."""
    name = "sqlite" if database.startswith("sqlite") else "postgres"
    stripe = free_port()
    ground.start([sys.executable, "-m", "config.run.bench.fake_stripe", str(stripe)], "stripe")
    variables = _variables(ground, database, stripe)
    manage(ground, variables, "migrate", "-v0")
    staged = in_product(ground, variables, f"build(open_tabs={board})")
    port, web = ground.serve("config.wsgi", f"web-{name}", variables)
    celery = [binary("celery"), "-q", "-A", "config"]
    working = ["worker", "-c", str(WORKERS), "-Q", "money", "--without-gossip", "--without-mingle"]
    worker = ground.start([*celery, *working, "-l", "ERROR"], f"worker-{name}", variables)
    kept = str(ground.directory / f"beat-{name}")
    beat = ground.start(
        [*celery, "beat", "-s", kept, "--pidfile=", "-l", "ERROR"], f"beat-{name}", variables
    )
    watch = Watch(app=(web.pid, worker.pid, beat.pid), database=(pid,) if pid else ())
    return House(database=database, variables=variables, port=port, watch=watch, staged=staged)


def in_product(ground: Ground, variables: Mapping[str, str], call: str) -> dict[str, Any]:
    """Call a function of `stage` where Django is set up; the JSON it prints."""
    code = f"from config.run.bench import stage; stage.{call}"
    said = manage(ground, variables, "shell", "--no-imports", "-c", code)
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


def manage(ground: Ground, variables: Mapping[str, str], *arguments: str) -> str:
    """Run a management command to its end.

    :raises CannotRun: it failed.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False,
        cwd=ROOT,
        env=ground.environment | dict(variables),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CannotRun(f"manage.py {arguments[0]} failed: {done.stderr.strip()[-800:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _variables(ground: Ground, database: str, stripe: int) -> dict[str, str]:
    """What a production installation is told: everything is on."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.run.bench.settings",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(ground.directory),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": "https://127.0.0.1",
        "TRUSTED_PROXY_COUNT": "1",
        "DATABASE_URL": database,
        "EMAIL_URL": "dummy:",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe}",
        "INSTANCE_ID": "bench",
        "API_CALLS_PER_MINUTE": "100000000",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }
