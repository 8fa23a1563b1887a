"""Everything that must hold before a change is kept: `make test`, or with `quick` `make check`.

One line for each step with the time it took; it stops at the first step that fails and shows what
that one said. The last line sums the tests of all steps.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider")
# Two cores are worth it, and no server here is built for more than four at once.
TOGETHER = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
SERVICES = (PYTHON, "-m", "config.run.services")
# What a person has set for their own installation says nothing about the tests.
OURS = re.compile(
    r"DATABASE_URL|REDIS_URL|EMAIL_URL|STRIPE_.*|SECRET_KEY|PUBLIC_URL|DEBUG|DJANGO_.*"
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command and the variables it needs."""

    name: str
    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    browser: bool = False
    # Its last line is part of the news, such as why it could check nothing.
    telling: bool = False


@dataclass
class Tally:
    """How many tests passed and failed so far."""

    passed: int = 0
    failed: int = 0


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "tabs.example.org",
    "PUBLIC_URL": "https://tabs.example.org",
    "DATABASE_URL": "postgres://afterward@db.example.org/afterward",
    "REDIS_URL": "redis://kv.example.org:6379/0",
    "EMAIL_URL": "submission://user:password@mail.example.org:587",
    "STRIPE_SECRET_KEY": "sk_live_nobody",
    "STRIPE_WEBHOOK_SECRET": "whsec_nobody",
}
TOOLS = (
    Step(name="format", command=(f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Step(name="lint", command=(f"{BIN}/ruff", "check", "--quiet", ".")),
    Step(name="types", command=(f"{BIN}/mypy",)),
    Step(name="contracts", command=(f"{BIN}/lint-imports", "--no-cache")),
    Step(
        name="migrations",
        command=(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
        variables={"DJANGO_SETTINGS_MODULE": "config.settings.test"},
    ),
)
QUICK = (
    *TOOLS,
    Step(
        name="quick tests",
        command=(*PYTEST, *TOGETHER, "tests/unit", "tests/architecture", "-m", "not slow"),
    ),
)
FULL = (
    *TOOLS,
    Step(
        name="deployment",
        command=(PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        variables=PRODUCTION,
    ),
    Step(
        name="tests on SQLite",
        command=(*SERVICES, "--kv", "--", *PYTEST, *TOGETHER, "-m", "not browser and not postgres"),
    ),
    Step(
        name="Stripe's own types",
        command=(PYTHON, "-m", "tests.contract.declarations"),
        telling=True,
    ),
    Step(
        name="tests on PostgreSQL",
        command=(
            *(*SERVICES, "--pg", "--kv", "--", *PYTEST, *TOGETHER),
            *("tests/property", "tests/integration", "-m", "not any_database"),
        ),
    ),
    Step(
        name="browser tests",
        # They start the product as a person does, with services of its own, and share it for an
        # evening: one after the other, as it is written.
        command=(*PYTEST, "-p", "no:randomly", "tests/browser"),
        browser=True,
    ),
)


def main() -> int:
    """Run the steps; the exit status."""
    tally = Tally()
    steps = QUICK if "quick" in sys.argv[1:] else FULL
    with tempfile.TemporaryDirectory() as answers:
        # What the sandbox answers in the tests, for the compiler that reads it afterwards.
        os.environ["SANDBOX_ANSWERS"] = answers
        good = all(_passes(step, tally) for step in steps)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 0 if good else 1


def _passes(step: Step, tally: Tally) -> bool:
    started = time.monotonic()
    print(f"  {step.name:<22}", end="", flush=True)
    status, said = _run(step)
    passed, failed = _counts(said)
    tally.passed += passed
    tally.failed += failed if status == 0 else max(failed, 1)
    counted = f"  {passed} passed" if passed else ""
    if step.telling and status == 0:
        counted = f"  {said.strip().rpartition(chr(10))[2]}"
    word = "ok" if status == 0 else "FAILED"
    print(f"{word:<7}{time.monotonic() - started:6.1f} s{counted}", flush=True)
    if status:
        print(f"\n{said.rstrip()}\n", flush=True)
    return status == 0


def _run(step: Step) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
    environment |= step.variables
    if step.browser:
        status, said = _output((PYTHON, "-m", "config.run.browser"), environment)
        if status:
            return status, said
        environment["CHROMIUM"] = said.strip()
    return _output(step.command, environment)


def _output(command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def _counts(said: str) -> tuple[int, int]:
    """What pytest's last line counted: passed, and failed or broken."""
    found = re.findall(r"(\d+) (passed|failed|errors?)\b", said.strip().rpartition("\n")[2])
    passed = sum(int(number) for number, word in found if word == "passed")
    return passed, sum(int(number) for number, word in found if word != "passed")


if __name__ == "__main__":
    sys.exit(main())
