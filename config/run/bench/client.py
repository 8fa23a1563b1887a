"""The leanest client there is, so that it takes little of the machine away from what it asks."""

from __future__ import annotations

import json
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OK: Final = frozenset({200})
_CHUNK: Final = 65536


class BadAnswer(Exception):
    """Not the status that was expected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    head: str
    body: bytes

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies it sets."""
        pairs = (
            line.partition(":")[2].strip().partition(";")[0].partition("=")
            for line in self.head.splitlines()
            if line.lower().startswith("set-cookie:")
        )
        return {name: value for name, _equals, value in pairs}


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask, and what every request says about itself."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def post(self, path: str, body: bytes, *, expected: int, **headers: str) -> Any:
        """Send JSON and read JSON; nothing for an empty answer.

        :raises BadAnswer: the status is not the expected one.
        """
        answer = self._ask("POST", path, body, headers)
        _expect(answer, path, {expected})
        return json.loads(answer.body) if answer.body else None

    def get(self, path: str, *, expected: frozenset[int] = OK, **headers: str) -> Answer:
        """:raises BadAnswer: the status is not one of the expected."""
        answer = self._ask("GET", path, b"", headers)
        _expect(answer, path, expected)
        return answer

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [
            # 1.0: an answer without a length ends with the connection, not in chunks.
            f"{method} {path} HTTP/1.0",
            "Host: 127.0.0.1",
            "Connection: close",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (dict(self.headers) | own).items()),
        ]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            raw = bytearray()
            while chunk := connection.recv(_CHUNK):
                raw += chunk
        head, _empty, found = bytes(raw).partition(b"\r\n\r\n")
        return Answer(int(head[9:12] or 0), head.decode(errors="replace"), found)


def _expect(answer: Answer, path: str, expected: Collection[int]) -> None:
    if answer.status not in expected:
        said = answer.body[:400].decode(errors="replace")
        raise BadAnswer(f"{path}: {answer.status} {said}")
