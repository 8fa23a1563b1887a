"""Several programs run as one: their output side by side, one's death is everybody's end."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

from config.run.process import CannotRun, die_with_parent, end, kill_group
from config.settings.reading import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_COLOURS: Final = (36, 33, 32, 35, 34)
_NAME_WIDTH: Final = 8
_CHUNK: Final = 65536
_PATIENCE: Final = 20


@dataclass(eq=False)
class Member:
    """One running program and the end of a line it has not finished yet."""

    name: str
    process: subprocess.Popen[bytes]
    colour: int
    log: Path | None
    is_base: bool
    rest: bytes = field(default=b"")


class Crew:
    """Programs started one after the other, watched together, stopped in reverse order."""

    def __init__(self, output: TextIO = sys.stdout) -> None:
        self._output = output
        self._members: list[Member] = []
        self._selector = selectors.DefaultSelector()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        log: Path | None = None,
        is_base: bool = False,
    ) -> None:
        """Start a program in a process group of its own: Ctrl-C reaches us alone, then it.

        The base is what others rest on while they end: it is told to stop after they are gone.
        """
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        member = Member(name, process, _COLOURS[len(self._members) % len(_COLOURS)], log, is_base)
        self._members.append(member)
        self._selector.register(process.stdout, selectors.EVENT_READ, member)

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Tend everybody until something is ready.

        :raises CannotRun: when a program dies or the time is up first.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.tend(0.1)
            if time.monotonic() > deadline:
                raise CannotRun(f"{what} is not healthy after {seconds:.0f} seconds.")

    def tend(self, seconds: float) -> None:
        """Pass on what the programs say, for at most so long.

        :raises CannotRun: when one of them has ended.
        """
        for key, _events in self._selector.select(seconds):
            self._pass_on(key.data)
        for member in self._members:
            if member.process.poll() is not None:
                self._pass_on(member)
                raise CannotRun(
                    f"{member.name} ended by itself ({_how(member.process.returncode)}), so "
                    "everything else was stopped. Its last words stand "
                    f"{f'in {member.log}' if member.log else 'above'}."
                )

    def stop(self) -> None:
        """End every program, the last started first; a second Ctrl-C does not wait for them."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: self._kill_all())
        for member in reversed(self._members):
            if not member.is_base:
                member.process.terminate()
        for member in reversed(self._members):
            end(member.process, patience=_PATIENCE)
            self._pass_on(member)
        self._selector.close()

    def _kill_all(self) -> None:
        for member in self._members:
            if member.process.poll() is None:
                kill_group(member.process)

    def _pass_on(self, member: Member) -> None:
        assert member.process.stdout is not None
        if member.process.stdout.closed:
            return
        while chunk := _read(member.process.stdout.fileno()):
            *lines, member.rest = (member.rest + chunk).split(b"\n")
            for line in lines:
                self._say(member, line)
        if chunk == b"":
            self._selector.unregister(member.process.stdout)
            member.process.stdout.close()
            if member.rest:
                self._say(member, member.rest)

    def _say(self, member: Member, line: bytes) -> None:
        if not line.strip():
            return
        name = f"{member.name:<{_NAME_WIDTH}}"
        if self._output.isatty():
            name = f"\033[{member.colour}m{name}\033[0m"
        self._output.write(f"{name} {line.decode(errors='replace').rstrip()}\n")
        self._output.flush()


def _read(descriptor: int) -> bytes | None:
    """What is there; nothing at the end of the stream, None when there is nothing yet."""
    try:
        return os.read(descriptor, _CHUNK)
    except BlockingIOError:
        return None


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
