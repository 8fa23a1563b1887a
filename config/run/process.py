"""Starting and ending other programs so that none of them is left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LINUX: Final = sys.platform == "linux"
_PR_SET_PDEATHSIG: Final = 1
# Loaded before any fork: a child may call it, but must not import between fork and exec.
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if LINUX else None


class CannotRun(Exception):
    """Something the person at the keyboard must know and can change, in one or two sentences."""


def die_with_parent(sign: int = signal.SIGTERM) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel to end it with its parent.

    So nothing survives even a parent killed with SIGKILL. Linux only; elsewhere it does nothing.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def end(process: subprocess.Popen[bytes], *, sign: int = signal.SIGTERM, patience: float) -> None:
    """Ask the program to stop, then make sure that nothing of its process group is left."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(sign)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the program and all it started, at once."""
    # Darwin answers PermissionError for a group of which only zombies are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, seconds: float = 30
) -> None:
    """Wait for a sign of life.

    :raises CannotRun: when the program ends or the time is up first.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise CannotRun(f"{what} ended at once with status {process.returncode}.")
        if time.monotonic() > deadline:
            raise CannotRun(f"{what} did not answer within {seconds:.0f} seconds.")
        time.sleep(0.01)
