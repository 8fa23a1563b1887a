"""One Redis address means the same to every library, and a database gets what makes it safe."""

from __future__ import annotations

import pytest

from config.settings import reading


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("unix:///srv/kv.sock?db=0", "redis+socket:///srv/kv.sock?virtual_host=0"),
        ("unix:///srv/kv.sock?db=3", "redis+socket:///srv/kv.sock?virtual_host=3"),
        ("unix:///srv/kv.sock", "redis+socket:///srv/kv.sock?virtual_host=0"),
        (
            "unix:///kv.sock?db=1&password=hush",
            "redis+socket:///kv.sock?virtual_host=1&password=hush",
        ),
        ("redis://:hush@kv.example.org:6379/2", "redis://:hush@kv.example.org:6379/2"),
        ("rediss://kv.example.org/0", "rediss://kv.example.org/0?ssl_cert_reqs=required"),
        (
            "rediss://kv.example.org/0?ssl_cert_reqs=none",
            "rediss://kv.example.org/0?ssl_cert_reqs=none",
        ),
    ],
)
def test_the_broker_is_where_the_cache_is(address, broker):
    assert reading.broker_address(address) == broker


def test_sqlite_takes_its_lock_at_the_start_of_a_transaction():
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}

    options = reading.with_options(database, statement_timeout="5s")["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_postgresql_waits_for_nothing_for_long_and_keeps_given_options():
    database = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"sslmode": "require"}}

    found = reading.with_options(database, statement_timeout="7s")

    assert found["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": 5,
        "server_side_binding": True,
        "prepare_threshold": 2,
        "options": "-c lock_timeout=3s -c statement_timeout=7s",
    }
    assert found["CONN_HEALTH_CHECKS"] is True
    assert "options" not in database["OPTIONS"]


def test_an_old_pooler_hears_of_no_prepared_statement():
    database = {"ENGINE": "django.db.backends.postgresql"}

    found = reading.with_options(database, statement_timeout="5s", prepare=False)

    assert set(found["OPTIONS"]) == {"connect_timeout", "options"}


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://192.168.1.7:12111/pay?x=1", "http://192.168.1.7:12111"),
        ("https://tabs.example.org", "https://tabs.example.org"),
    ],
)
def test_an_origin_is_scheme_host_and_port(address, origin):
    assert reading.origin_of(address) == origin
