"""The running sandbox: its state, its courier, and the heartbeat that lets time pass."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from payments.sandbox import idempotency, jobs
from payments.sandbox.delivery import RETRIES, Courier
from payments.sandbox.resources import webhook_endpoints
from payments.sandbox.store import Store

HEARTBEAT: Final = 0.5
FAREWELL: Final = 5.0


class ConnectionDropped(Exception):
    """The caller is to get no answer at all."""


class Machine:
    def __init__(
        self,
        state: str | None = None,
        *,
        public_url: str = "",
        webhook: tuple[str, str] | None = None,
        retries: tuple[float, ...] = RETRIES,
    ) -> None:
        self.store = Store(state)
        self.public_url = public_url.rstrip("/")
        # Whether customers may come from elsewhere than this machine.
        self.open_to_network = False
        self.courier = Courier(self.store, retries)
        self._stopping = threading.Event()
        self._busy = 0
        self._quiet = threading.Condition()
        self._heart = threading.Thread(target=self._beat, name="sandbox-heart", daemon=True)
        idempotency.forget_unfinished(self.store)
        webhook_endpoints.give(self.store, webhook)

    def start(self) -> None:
        self.courier.start()
        self._heart.start()

    def stop(self) -> None:
        """End what is under way first: whoever holds a connection lets go of it now."""
        self._stopping.set()
        if self._heart.is_alive():
            self._heart.join()
        self.courier.stop()
        with self._quiet:
            self._quiet.wait_for(lambda: not self._busy, FAREWELL)
        self.store.close()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Around each request, so that the state is not closed under its feet."""
        with self._quiet:
            self._busy += 1
        try:
            yield
        finally:
            with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the sandbox."""
        self._stopping.wait(seconds)

    @contextmanager
    def work(self) -> Iterator[None]:
        """One piece of work on an up-to-date state; its events leave when it stands."""
        with self.store.transaction():
            jobs.run_due(self.store)
            yield
        self.courier.wake()

    def _beat(self) -> None:
        while not self._stopping.wait(HEARTBEAT):
            if jobs.any_due(self.store):
                with self.work():
                    pass
