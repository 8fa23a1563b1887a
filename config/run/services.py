"""Run a command on throw-away services: `python -m config.run.services --pg --kv -- COMMAND`.

DATABASE_URL and REDIS_URL are set for the command; a value that is already set is used instead of
starting anything. The services start before the command does, because Django reads its settings
long before a test could start them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.run import postgres, valkey
from config.run.process import CannotRun, die_with_parent, end, wait_until


def main() -> int:
    """Start what was asked for, run the command, stop everything; the command's own status."""
    wanted = _arguments()
    environment = dict(os.environ)
    with contextlib.ExitStack() as stack:
        # A short path: names of Unix sockets are limited to about a hundred bytes.
        directory = Path(tempfile.mkdtemp(prefix="svc-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        try:
            if wanted.pg and "DATABASE_URL" not in environment:
                environment["DATABASE_URL"] = _start_postgres(directory, stack)
            if wanted.kv and "REDIS_URL" not in environment:
                environment["REDIS_URL"] = _start_valkey(directory, stack)
        except CannotRun as reason:
            print(reason, file=sys.stderr)
            return 1
        return _run(wanted.command, environment)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pg", action="store_true", help="start PostgreSQL")
    parser.add_argument("--kv", action="store_true", help="start Valkey")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _start_postgres(directory: Path, stack: contextlib.ExitStack) -> str:
    server, address = postgres.start(directory)
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
    stack.callback(end, server, sign=signal.SIGINT, patience=10)
    return address


def _start_valkey(directory: Path, stack: contextlib.ExitStack) -> str:
    address = valkey.socket_in(directory)
    server = subprocess.Popen(
        valkey.command(directory, address, log=directory / "kv.log", keep=False),
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    stack.callback(end, server, patience=10)
    wait_until(lambda: valkey.answers(address), server, what="Valkey")
    return valkey.url(address)


def _run(command: list[str], environment: dict[str, str]) -> int:
    child = subprocess.Popen(command, env=environment)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
