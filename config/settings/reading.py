"""How the environment is read, and how one address becomes the settings of several libraries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from environs import FileAwareEnv

ROOT: Final = Path(__file__).resolve().parent.parent.parent
VAR: Final = ROOT / "var"

# Tests must not depend on what a developer keeps in `.env`.
_UNDER_TEST: Final = os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".test")

# IMMEDIATE takes the write lock at BEGIN: without it concurrent writers fail with "database is
# locked" (decision 0006). FULL, because losing the last commit here means losing money.
_SQLITE_OPTIONS: Final = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=27103364;"
    ),
}


def read_environment() -> FileAwareEnv:
    """The environment, with `.env` filling what is not set; `NAME_FILE` names a file with NAME."""
    env = FileAwareEnv(strip_whitespace=True)
    if not _UNDER_TEST:
        env.read_env(os.environ.get("ENV_FILE", ROOT / ".env"), recurse=False)
    return env


def with_options(
    database: dict[str, Any], *, statement_timeout: str, prepare: bool = True
) -> dict[str, Any]:
    """Give a database the options its engine needs to be safe under concurrent writers.

    With `prepare`, PostgreSQL plans what is asked again and again only once. A pooler between us
    and it has to know of prepared statements (PgBouncer does from 1.21 on), or this stays off.
    """
    options = dict(database.get("OPTIONS", {}))
    if database["ENGINE"].endswith("sqlite3"):
        return database | {"OPTIONS": options | _SQLITE_OPTIONS}
    limits = f"-c lock_timeout=3s -c statement_timeout={statement_timeout}"
    plans = {"server_side_binding": True, "prepare_threshold": 2} if prepare else {}
    return database | {
        "OPTIONS": {"connect_timeout": 5} | plans | options | {"options": limits},
        "CONN_HEALTH_CHECKS": True,
    }


def broker_address(redis_url: str) -> str:
    """Kombu's spelling of a Redis address; redis-py and kombu differ for sockets and for TLS."""
    scheme, host, path, query, _ = urlsplit(redis_url)
    options = {name: values[-1] for name, values in parse_qs(query).items()}
    if scheme == "unix":
        options = {"virtual_host": options.pop("db", "0")} | options
        return f"redis+socket://{host}{path}?{urlencode(options)}"
    if scheme == "rediss":
        options = {"ssl_cert_reqs": "required"} | options
        return f"{scheme}://{host}{path}?{urlencode(options)}"
    return redis_url


def cache_at(redis_url: str) -> dict[str, Any]:
    """The cache on the same Redis; a dead one is noticed in half a second, not in a minute."""
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "afterward",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy source."""
    scheme, host, *_ = urlsplit(address)
    return f"{scheme}://{host}"


def mail_provider(env: FileAwareEnv) -> tuple[str, dict[str, Any]]:
    """A provider as django-anymail names it, such as `postmark`, in place of an SMTP server.

    Its settings have their names there. It shows `user:password` when it reports what came back;
    without that nobody may report anything.
    """
    ours: Any = env.json("MAIL_PROVIDER_SETTINGS", default={})
    secret = env.str("MAIL_WEBHOOK_SECRET", default="")
    return env.str("MAIL_PROVIDER", default=""), {**ours, "WEBHOOK_SECRET": secret}


def mail_limits(env: FileAwareEnv) -> tuple[int, int]:
    """What a provider takes in a minute, and what one venue may use of it; 0 is no limit."""
    return (
        env.int("MAILS_PER_MINUTE", default=0),
        env.int("MAILS_PER_MINUTE_OF_VENUE", default=0),
    )
