"""Several clients doing the same thing over and over, each as soon as it has its answer."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.run.bench import machine

Step = Callable[[], list[float]]


@dataclass(kw_only=True)
class Sample:
    """What one crowd came to. `took` holds, for each operation, the seconds of each of its calls.

    `until_done` also counts the time until the last settlement that followed was there.
    """

    name: str
    clients: int
    took: list[list[float]] = field(default_factory=list, repr=False)
    errors: list[str] = field(default_factory=list)
    until_done: float = 0
    app_cpu: float = 0
    database_cpu: float = 0

    @property
    def operations(self) -> int:
        return len(self.took)

    @property
    def rate(self) -> float:
        """Operations a second, counted when everything they set off was done too."""
        return self.operations / self.until_done if self.until_done else 0

    @property
    def app_ms(self) -> float:
        return 1000 * self.app_cpu / max(self.operations, 1)

    @property
    def database_ms(self) -> float:
        return 1000 * self.database_cpu / max(self.operations, 1)

    def percentile(self, percent: int) -> float:
        """Milliseconds that so many in a hundred operations took at most."""
        return percentile([sum(calls) for calls in self.took], percent)

    def slowest_step(self, percent: int) -> float:
        """The same for whichever call is the slowest."""
        return max(
            (percentile(calls, percent) for calls in zip(*self.took, strict=True)), default=0
        )


def percentile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    if len(seconds) < 2:  # noqa: PLR2004  # Nothing to interpolate between.
        return 1000 * sum(seconds)
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return 1000 * cuts[percent - 1]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Which processes count as the product, and which as its database."""

    app: tuple[int, ...]
    database: tuple[int, ...]


def run(
    name: str,
    steps: Sequence[Step],
    *,
    seconds: float,
    watch: Watch,
    drain: Callable[[], None] = lambda: None,
) -> Sample:
    """Let every client work for so long, then wait until what they set off is done."""
    sample = Sample(name=name, clients=len(steps))
    app, database = machine.cpu_seconds(watch.app), machine.cpu_seconds(watch.database)
    started = time.monotonic()
    threads = [
        threading.Thread(target=_work, args=(step, started + seconds, sample)) for step in steps
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain()
    sample.until_done = time.monotonic() - started
    sample.app_cpu = machine.cpu_seconds(watch.app) - app
    sample.database_cpu = machine.cpu_seconds(watch.database) - database
    return sample


def _work(step: Step, until: float, sample: Sample) -> None:
    while time.monotonic() < until:
        try:
            sample.took.append(step())
        except Exception as error:  # noqa: BLE001  # Whatever it is, it is counted and shown.
            sample.errors.append(f"{type(error).__name__}: {error}")
            return
