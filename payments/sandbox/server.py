"""The sandbox as a server: in a thread for tests, in the foreground for people."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Any, Final, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from payments.sandbox.app import App
from payments.sandbox.delivery import RETRIES
from payments.sandbox.machine import Machine

_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  # Compared with, not bound to.


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """The request log is at `/_sandbox/requests`."""


class SandboxServer:
    """A context manager: inside it the sandbox listens at `url`."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: str | None = None,
        public_url: str = "",
        webhook: tuple[str, str] | None = None,
        retries: tuple[float, ...] = RETRIES,
    ) -> None:
        self.machine = Machine(state, public_url=public_url, webhook=webhook, retries=retries)
        self.machine.open_to_network = not host.startswith("127.") and host != "localhost"
        # Werkzeug would end the program itself if the port is taken.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listening:
            self._server = make_server(
                host,
                port,
                App(self.machine),
                threaded=True,
                request_handler=_Quiet,
                fd=listening.fileno(),
            )
        shown = "127.0.0.1" if host in _EVERYWHERE else host
        self.url = f"http://{shown}:{self._server.port}"
        self._thread = threading.Thread(target=self._serve, name="sandbox-server", daemon=True)

    def start(self) -> Self:
        self.machine.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.machine.stop()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
