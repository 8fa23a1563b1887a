"""Production refuses to start half secured; each refusal is tried as its own process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.architecture import source

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "bH4u-7Qz_kLw2RyXc9TmVd3nPfJgEa5sUoZi8KxWqCvB6hNt0M1r",
    "ALLOWED_HOSTS": "tabs.example.org",
    "PUBLIC_URL": "https://tabs.example.org",
    "DATABASE_URL": "postgres://afterward@db.example.org/afterward",
    "REDIS_URL": "redis://kv.example.org:6379/0",
    "EMAIL_URL": "submission://user:password@mail.example.org:587",
    "STRIPE_SECRET_KEY": "sk_live_nobody",
    "STRIPE_WEBHOOK_SECRET": "whsec_nobody",
}


def test_a_secured_production_starts():
    status, said = _load_settings(GOOD)

    assert (status, said) == (0, "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing, short"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "well-known"),
        ({"SECRET_KEY": "a" * 60}, "well-known"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS lets any"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
        ({"PUBLIC_URL": "http://tabs.example.org"}, "https://"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"EMAIL_URL": ""}, "EMAIL_URL is not set"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is not set"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is not set"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:12111"}, "live key"),
        (
            {"STRIPE_API_BASE": "http://127.0.0.1:1", "STRIPE_SECRET_KEY": "rk_live_x"},
            "live key",
        ),
    ],
)
def test_an_unsecured_production_refuses_and_says_why(change, reason):
    status, said = _load_settings(GOOD | change)

    assert status != 0
    assert reason in said


def test_all_reasons_are_said_at_once():
    _status, said = _load_settings(GOOD | {"DEBUG": "1", "REDIS_URL": ""})

    assert "DEBUG is on" in said
    assert "REDIS_URL is not set" in said


def test_development_too_keeps_a_live_key_from_a_sandbox(tmp_path):
    status, said = _load_settings(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(tmp_path),
            "STRIPE_SECRET_KEY": "sk_live_nobody",
            "STRIPE_API_BASE": "http://127.0.0.1:12111",
        }
    )

    assert status != 0
    assert "live key" in said


def test_secrets_are_read_from_files(tmp_path):
    secret = tmp_path / "key"
    secret.write_text(GOOD["SECRET_KEY"] + "\n")
    environment = GOOD | {"SECRET_KEY_FILE": str(secret)}
    del environment["SECRET_KEY"]

    status, said = _load_settings(environment, then="print(repr(settings.SECRET_KEY))")

    assert (status, said) == (0, repr(GOOD["SECRET_KEY"]))


def test_what_is_missing_is_read_from_an_env_file(tmp_path):
    file = tmp_path / "env"
    file.write_text("INSTANCE_ID=larkspur\nPORT=1234\n")

    status, said = _load_settings(
        GOOD | {"ENV_FILE": str(file), "PORT": "4321"},
        then="print(settings.INSTANCE_ID, settings.PORT)",
    )

    assert (status, said) == (0, "larkspur 4321")


@pytest.mark.slow
def test_django_finds_nothing_to_criticise():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        check=False,
        cwd=source.ROOT,
        env=_environment(GOOD),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def _load_settings(environment, *, then="settings.DEBUG"):
    """Load the settings in a process of their own; its status and its last line."""
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; settings.DEBUG; {then}"],
        check=False,
        cwd=source.ROOT,
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout.strip().rpartition("\n")[2]


def _environment(variables):
    return {"PATH": os.environ["PATH"]} | {name: it for name, it in variables.items() if it}
