"""How much is measured: everything in about five minutes, or a taste of it in well under one."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Seconds for each sample, clients, and how many tabs there are when growth is looked at."""

    seconds: float
    warm_up: float
    clients: tuple[int, ...]
    counted: int
    growth: tuple[int, ...]
    pages: float
    claimed: int
    board: int


FULL = Sizes(
    seconds=6,
    warm_up=2,
    clients=(1, 4, 16),
    counted=100,
    growth=(1_000, 10_000, 100_000, 1_000_000),
    pages=1.2,
    claimed=10_000,
    board=200,
)
QUICK = Sizes(
    seconds=0.5,
    warm_up=0.2,
    clients=(2,),
    counted=3,
    growth=(100, 1_000),
    pages=0.2,
    claimed=200,
    board=20,
)


def sizes() -> Sizes:
    """QUICK when BENCH_QUICK is set: figures to see that it works, not to compare."""
    return QUICK if os.environ.get("BENCH_QUICK") else FULL
