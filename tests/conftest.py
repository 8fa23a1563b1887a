"""What every test starts from: a marker for its folder, and closed doors to the outside world."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOOPBACK = ("127.", "localhost", "::1")
_connect = socket.socket.connect


class OutsideWorld(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def _connect_at_home(self, address):
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise OutsideWorld(f"A test tried to reach {address[0]}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _closed_doors():
    """Loopback and Unix sockets stay open: the database, the broker and the sandbox live there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_at_home)
        yield


def pytest_collection_modifyitems(items):
    """Mark each test with the kind of test it is, which is the folder it lies in."""
    for item in items:
        kind = item.path.relative_to(HERE).parts[0]
        item.add_marker(getattr(pytest.mark, kind))
