"""The machine the figures are from, and the processor time that processes have taken on it."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MODEL: Final = "model name"


def describe() -> str:
    """One line: processor, cores, system, Python, and how busy it is with other things."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith(_MODEL)), "")
    busy = f"load {os.getloadavg()[0]:.1f} before"
    name = model or platform.processor() or platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {busy}"
    )


def cpu_seconds(roots: Iterable[int]) -> float:
    """Processor time of these processes and all below them, ended children too."""
    children, spent = defaultdict(list), {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            stat = (directory / "stat").read_text()
        except OSError:
            continue
        # The name stands in brackets and may hold anything; what follows are plain numbers.
        cells = stat.rpartition(")")[2].split()
        pid = int(directory.name)
        children[int(cells[1])].append(pid)
        spent[pid] = sum(int(cell) for cell in cells[11:15])
    waiting, ticks = list(roots), 0
    while waiting:
        pid = waiting.pop()
        ticks += spent.get(pid, 0)
        waiting += children[pid]
    return ticks / _TICKS
