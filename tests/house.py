"""One `make run` with data, ports and output of its own, for tests that need the whole product."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90


class House:
    """The product as its user starts it: every part a real process."""

    process: subprocess.Popen[bytes]

    def __init__(self, var: Path, *, output: str = "output") -> None:
        self.var = var
        self.port = free_port()
        self.said = var.with_name(output)

    def start(self, *arguments, **variables):
        """Start it and return at once."""
        self.var.mkdir(parents=True, exist_ok=True)
        of_sandbox = self.var / "sandbox.port"
        if not of_sandbox.exists():
            # Houses that start together would all take the first free one.
            of_sandbox.write_text(f"{free_port()}\n")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"VAR_DIR": str(self.var), "PORT": str(self.port), "ENV_FILE": os.devnull}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run", *arguments],
                cwd=ROOT,
                env=kept | own | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    @property
    def output(self):
        return self.said.read_text()

    def wait_until_up(self):
        deadline = time.monotonic() + PATIENCE
        while "Ctrl-C stops it" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)
        return self

    def wait(self):
        """Wait for its end; the exit status."""
        return self.process.wait(PATIENCE)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def health(self):
        with urllib.request.urlopen(f"{self.address}/readyz") as answer:
            return json.load(answer)

    @property
    def demo(self):
        """The people, passwords and API key of the demo data."""
        return json.loads((self.var / "demo.json").read_text())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
