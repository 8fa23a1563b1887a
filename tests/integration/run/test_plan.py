"""Whatever the environment or `.env` names replaces an embedded part, and only that one."""

from __future__ import annotations

import json
import os
import socket
import time

import pytest

from config.run.banner import banner
from config.run.browser import find_browser
from config.run.plan import ensure_free, make_plan
from config.run.process import CannotRun

OURS = ("HOST", "PORT", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEBUG", "ALLOWED_HOSTS")
pytestmark = pytest.mark.any_database


@pytest.fixture
def plan(monkeypatch, tmp_path):
    """Makes a plan from these variables alone."""

    def make(**variables):
        for name in [*OURS, *(name for name in os.environ if name.startswith("STRIPE_"))]:
            monkeypatch.delenv(name, raising=False)
        defaults = {"VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull}
        for name, value in (defaults | variables).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        monkeypatch.setattr("config.settings.reading._UNDER_TEST", False)
        return make_plan()

    return make


def test_alone_everything_is_embedded_and_private(plan, tmp_path):
    made = plan()

    assert made.broker == tmp_path / "kv.sock"
    assert made.environment["REDIS_URL"] == f"unix://{tmp_path}/kv.sock?db=0"
    assert made.environment["STRIPE_API_BASE"] == f"http://127.0.0.1:{made.sandbox_port}"
    assert made.environment["STRIPE_WEBHOOK_SECRET"].startswith("whsec_")
    assert made.environment["DEBUG"] == "0"
    assert made.is_private
    assert "ALLOWED_HOSTS" not in made.environment


def test_a_redis_of_yours_replaces_the_embedded_one(plan):
    made = plan(REDIS_URL="redis://kv.example.org:6379/0")

    assert made.broker is None
    assert made.environment["REDIS_URL"] == "redis://kv.example.org:6379/0"
    assert made.sandbox_port is not None


@pytest.mark.parametrize(
    "variables",
    [{"STRIPE_SECRET_KEY": "sk_test_yours"}, {"STRIPE_API_BASE": "http://127.0.0.1:9"}],
    ids=["key", "address"],
)
def test_a_stripe_of_yours_replaces_the_sandbox(plan, variables):
    made = plan(**variables)

    assert made.sandbox_port is None
    assert {name: made.environment[name] for name in variables} == variables
    assert made.broker is not None


def test_an_env_file_counts_and_the_environment_counts_more(plan, tmp_path):
    file = tmp_path / "env"
    file.write_text("PORT=8111\nREDIS_URL=redis://kv.example.org/1\n")

    from_file, from_both = plan(ENV_FILE=str(file)), plan(ENV_FILE=str(file), PORT="8222")

    assert (from_file.port, from_file.broker) == (8111, None)
    assert from_both.port == 8222


def test_an_open_address_lets_other_devices_in(plan):
    made = plan(HOST="0.0.0.0")  # noqa: S104  # What a person with a phone would set.

    assert made.environment["ALLOWED_HOSTS"] == "*"
    assert made.address == f"http://127.0.0.1:{made.port}"
    assert not made.is_private


def test_the_sandbox_keeps_its_port_and_steps_aside_when_it_is_taken(plan):
    first = plan().sandbox_port
    again = plan().sandbox_port
    with socket.create_server(("127.0.0.1", first)):
        moved = plan().sandbox_port

    assert again == first
    assert moved > first


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_a_port_that_is_none_is_refused(plan, port):
    with pytest.raises(CannotRun, match=f"PORT={port} is no port"):
        plan(PORT=port)


def test_a_host_of_somebody_else_is_refused():
    with pytest.raises(CannotRun, match="is no address of this machine"):
        ensure_free("192.0.2.1", 8000)


def test_the_banner_says_where_to_go_and_who_may_sign_in(plan, tmp_path):
    made = plan(PORT="8111")
    login = {"venue": "Larkspur Coffee", "role": "staff", "email": "ada@x.org", "password": "pw"}
    (tmp_path / "demo.json").write_text(json.dumps({"logins": [login], "api_key": "aft_key"}))

    said = banner(made, started=time.monotonic())

    assert "http://127.0.0.1:8111/" in said
    assert f"http://127.0.0.1:{made.sandbox_port}/" in said
    assert "Larkspur Coffee  staff  ada@x.org  pw" in said
    assert "aft_key" in said


def test_a_browser_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/bin/sh")

    assert find_browser() == "/bin/sh"


def test_a_browser_that_is_named_wrongly_is_said(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(CannotRun, match="CHROMIUM=/nowhere/chromium is no program"):
        find_browser()


def test_without_any_way_to_a_browser_the_advice_is_given(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")

    with pytest.raises(CannotRun, match="apt-get install chromium"):
        find_browser()
