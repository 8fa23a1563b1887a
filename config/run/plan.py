"""What one `make run` consists of: which parts are embedded, and the environment of all of them."""

from __future__ import annotations

import errno
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.run import valkey
from config.run.process import CannotRun
from config.settings.local_secrets import local_secret
from config.settings.reading import VAR, read_environment

# The one Stripe account of a local installation; payments knows it by the same name.
ACCOUNT_ID: Final = "00000000-0000-4000-8000-000000000001"
_LAST_PORT: Final = 65535
_TRIES: Final = 50
_SANDBOX_PORT: Final = 12111
_SANDBOX_KEY: Final = "sk_test_local_sandbox"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The decisions taken before anything is started."""

    var: Path
    host: str
    port: int
    broker: Path | None
    sandbox_port: int | None
    web_workers: int
    reload: bool
    database_url: str
    environment: dict[str, str] = field(repr=False)

    @property
    def is_private(self) -> bool:
        """Whether only this machine can reach the pages."""
        return self.host in _LOOPBACK

    @property
    def address(self) -> str:
        """Where this machine reaches the pages."""
        host = self.host if self.is_private else "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def webhook_url(self) -> str:
        """Where the sandbox reports to."""
        return f"{self.address}/hooks/stripe/{ACCOUNT_ID}/"


def make_plan() -> Plan:
    """Read the environment and `.env`; whatever is set there replaces an embedded part."""
    env = read_environment()
    var = env.path("VAR_DIR", default=VAR).resolve()
    var.mkdir(parents=True, exist_ok=True)
    host, port = env.str("HOST", default="127.0.0.1"), _port(env.int("PORT", default=8000))
    set_here = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(var),
        "PORT": str(port),
        "DEBUG": "0",
        "PYTHONUNBUFFERED": "1",
    }
    if host not in _LOOPBACK:
        set_here["ALLOWED_HOSTS"] = "*"
    broker = None if env.str("REDIS_URL", default="") else valkey.socket_in(var)
    if broker:
        set_here["REDIS_URL"] = valkey.url(broker)
    sandbox_port = None
    if not env.str("STRIPE_SECRET_KEY", default="") and not env.str("STRIPE_API_BASE", default=""):
        sandbox_port = _sandbox_port(var, host)
        set_here |= _sandbox_settings(var, sandbox_port)
    given = {name: env.str(name, default="") for name in set_here}
    return Plan(
        var=var,
        host=host,
        port=port,
        broker=broker,
        sandbox_port=sandbox_port,
        web_workers=env.int("WEB_WORKERS", default=1),
        reload=env.bool("DEBUG", default=False),
        database_url=env.str("DATABASE_URL", default=""),
        environment=dict(os.environ) | {name: given[name] or set_here[name] for name in set_here},
    )


def _port(number: int) -> int:
    if not 0 < number <= _LAST_PORT:
        raise CannotRun(f"PORT={number} is no port: choose one from 1024 to 65535.")
    return number


def _sandbox_settings(var: Path, port: int) -> dict[str, str]:
    return {
        "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        "STRIPE_SECRET_KEY": _SANDBOX_KEY,
        "STRIPE_WEBHOOK_SECRET": local_secret(var, "STRIPE_WEBHOOK_SECRET"),
    }


def _sandbox_port(var: Path, host: str) -> int:
    """The port of last time, since stored links name it; when it is taken, the next free one."""
    kept = var / "sandbox.port"
    wanted = int(kept.read_text()) if kept.exists() else _SANDBOX_PORT
    for port in range(wanted, wanted + _TRIES):
        if _taken(host, port) is None:
            kept.write_text(f"{port}\n")
            return port
    raise CannotRun(f"No port from {wanted} to {port} is free for the Stripe sandbox.")


def ensure_free(host: str, port: int) -> None:
    """Make sure the web server will be able to listen.

    :raises CannotRun: when it will not, with the reason.
    """
    match _taken(host, port):
        case None:
            return
        case errno.EADDRINUSE:
            raise CannotRun(
                f"Port {port} is taken by another program. Stop that one, or choose another "
                f"port: PORT={port + 1} make run"
            )
        case errno.EACCES:
            raise CannotRun(f"Port {port} is reserved for root. Try PORT=8000 make run")
        case _:
            raise CannotRun(f"HOST={host} is no address of this machine. Try HOST=0.0.0.0")


def _taken(host: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the servers do: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            return refusal.errno or -1
    return None


def binary(name: str) -> str:
    """A program of the virtual environment this one runs in."""
    return str(Path(sys.executable).parent / name)
