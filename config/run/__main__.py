"""`make run`: the whole product on this machine, as separate processes, until Ctrl-C."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from environs import EnvError

from config.run import probe, valkey
from config.run.banner import banner
from config.run.crew import Crew
from config.run.plan import Plan, binary, ensure_free, make_plan
from config.run.process import CannotRun, die_with_parent
from config.settings.reading import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = ("afterward.sqlite3*", "sandbox.sqlite3*", "appendonlydir", "beat*", "demo.json", "*.log")


_LONGEST_REASON = 400
_RAISED = re.compile(r"^(?:[\w.]+\.)?\w+(?:Error|Exception|Configured): ", re.MULTILINE)


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def main() -> int:
    """Start everything, or with `--reset` forget everything; the exit status."""
    try:
        plan = make_plan()
        with _alone(plan):
            if "--reset" in sys.argv[1:]:
                return _reset(plan)
            return _run(plan)
    except (CannotRun, EnvError) as reason:
        print(f"\nCannot run: {reason}", file=sys.stderr)
        return 1
    except Stopped:
        print("\nStopped. The data is kept: make run continues, make reset starts over.")
        return 0


def _run(plan: Plan) -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    started = time.monotonic()
    ensure_free(plan.host, plan.port)
    crew = Crew()
    try:
        _start_broker(crew, plan)
        _manage(plan, "migrate", "The database cannot be used")
        _manage(plan, "seed_demo", "The demo data could not be made")
        _manage(plan, "seed_demo_bookings", "The demo bookings could not be made")
        _start_sandbox(crew, plan)
        _start_house(crew, plan)
        print(banner(plan, started=started), flush=True)
        while True:
            crew.tend(1)
    finally:
        crew.stop()


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


@contextlib.contextmanager
def _alone(plan: Plan) -> Iterator[None]:
    """Hold the lock of this data directory: two houses on one database file confuse each other."""
    if sys.platform == "win32":
        raise CannotRun("Windows has no fork: use WSL, or run each part as the guide says.")
    import fcntl  # noqa: PLC0415  # It exists on no Windows.

    with (plan.var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"It is running already with the data in {plan.var}.") from None
        yield


def _reset(plan: Plan) -> int:
    for pattern in DATA:
        for path in plan.var.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    print("Everything is forgotten; make run starts over with fresh demo data.")
    if plan.database_url:
        print("DATABASE_URL is set: what that database holds was left alone.")
    return 0


def _start_broker(crew: Crew, plan: Plan) -> None:
    if plan.broker is None:
        return
    address = plan.broker
    address.unlink(missing_ok=True)
    log = plan.var / "valkey.log"
    command = valkey.command(plan.var, address, log=log, keep=True)
    crew.start("valkey", command, plan.environment, log=log, is_base=True)
    crew.wait_until(lambda: valkey.answers(address), what="Valkey")


def _manage(plan: Plan, command: str, failure: str) -> None:
    """Run a management command to its end; what it says is kept and shown only if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        check=False,
        cwd=ROOT,
        env=plan.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    log = plan.var / f"{command}.log"
    log.write_bytes(done.stdout)
    if done.returncode:
        raise CannotRun(f"{failure}: {_reason(done.stdout.decode(errors='replace'))}. See {log}")


def _reason(output: str) -> str:
    """The sentence at the end of a traceback, or of whatever else was printed."""
    words = re.split(
        r"^(?:[\w.]+\.)?(?:\w+(?:Error|Exception|Configured)): ", output, flags=re.MULTILINE
    )
    return " ".join(words[-1].split())[:_LONGEST_REASON].rstrip(".") or "no reason was given"


def _start_sandbox(crew: Crew, plan: Plan) -> None:
    if plan.sandbox_port is None:
        return
    port = plan.sandbox_port
    command = [
        *(sys.executable, "-m", "payments.sandbox"),
        *("--host", plan.host, "--port", str(port)),
        *("--state", str(plan.var / "sandbox.sqlite3")),
        *("--webhook-url", plan.webhook_url),
        *("--webhook-secret", plan.environment["STRIPE_WEBHOOK_SECRET"]),
    ]
    crew.start("sandbox", command, plan.environment, is_base=True)
    crew.wait_until(lambda: probe.is_there(f"http://127.0.0.1:{port}/healthz"), what="The sandbox")


def _start_house(crew: Crew, plan: Plan) -> None:
    celery = [binary("celery"), "-q", "-A", "config"]
    worker = ["worker", "-c", "2", "-Q", "money,mail,house", "--without-gossip"]
    beat = ["beat", "-s", str(plan.var / "beat"), "--pidfile="]
    started = time.monotonic()
    crew.start("web", _gunicorn(plan), plan.environment)
    # Celery warns root at length; on a machine of one's own that is noise.
    quiet = plan.environment | {"PYTHONWARNINGS": "ignore:You're running the worker"}
    crew.start("worker", [*celery, *worker, "--without-mingle", "-l", "WARNING"], quiet)
    crew.start("beat", [*celery, *beat, "-l", "WARNING"], plan.environment)
    crew.wait_until(
        lambda: probe.fetch(f"{plan.address}/readyz") is not None, what="The web server"
    )
    crew.wait_until(
        lambda: _heart_beats(plan, since=started), what="The worker or beat behind the pages"
    )


def _gunicorn(plan: Plan) -> list[str]:
    return [
        *(binary("gunicorn"), "config.wsgi"),
        *("--bind", f"{plan.host}:{plan.port}"),
        *("--workers", str(plan.web_workers)),
        *("--worker-class", "gthread", "--threads", "8"),
        *("--log-level", "warning"),
        "--no-control-socket",
        *(["--reload"] if plan.reload else []),
    ]


def _heart_beats(plan: Plan, *, since: float) -> bool:
    """Whether beat, broker, worker and cache have worked together since then."""
    health = probe.fetch(f"{plan.address}/readyz") or {}
    age = health.get("heartbeat_age_seconds")
    return isinstance(age, (int, float)) and age < time.monotonic() - since


if __name__ == "__main__":
    sys.exit(main())
