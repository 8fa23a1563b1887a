"""The tables that `make bench` prints: our figures, the floors beside them, and the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from config.run.bench.counting import Counted
from config.run.bench.crowd import Sample

OURS, INLINE = "Afterward", "Afterward, lines at once"
BARE, PLAIN = "bare Django, raw SQL", "plain SQL (pgbench)"
POSTGRES, SQLITE = "PostgreSQL", "SQLite"
_MAIN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Target:
    """A figure that `must` be reached; `goal` is where we want to be."""

    what: str
    found: float | None
    must: float
    goal: float
    at_least: bool = False
    digits: int = 0

    def row(self) -> tuple[str, ...]:
        sign = "≥" if self.at_least else "≤"
        cells = (f"{sign} {self.must:.{self.digits}f}", f"{sign} {self.goal:.{self.digits}f}")
        if self.found is None:
            return self.what, "–", *cells, ""
        return self.what, f"{self.found:.{self.digits}f}", *cells, self._word(self.found)

    def _word(self, found: float) -> str:
        for limit, word in ((self.goal, "goal"), (self.must, "must")):
            if found >= limit if self.at_least else found <= limit:
                return word
        return "missed"


@dataclass(kw_only=True)
class Results:
    """Everything that was measured."""

    samples: dict[tuple[str, str, int], Sample] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    pages: dict[str, list[Sample]] = field(default_factory=dict)
    growth: list[tuple[int, Sample, list[Sample]]] = field(default_factory=list)
    claimed: tuple[int, float] | None = None
    faults: list[str] = field(default_factory=list)

    def add(self, database: str, sample: Sample) -> None:
        self.samples[database, sample.name, sample.clients] = sample
        self.faults += [f"{sample.name}, {database}: {error}" for error in sample.errors[:3]]

    def main(self, name: str, database: str = POSTGRES) -> Sample | None:
        """The sample with four clients, or in a quick run the one there is."""
        fitting = [s for (d, n, _c), s in self.samples.items() if (d, n) == (database, name)]
        return min(fitting, key=lambda each: abs(each.clients - _MAIN), default=None)


def operations(results: Results) -> str:
    """The main table: one row for each target of each database."""
    clients = sorted({clients for _d, _n, clients in results.samples})
    head = ("database", "what", *(f"{count} cl. op/s · p50/p95 ms" for count in clients))
    rows: list[tuple[str, ...]] = [(*head, "CPU ms/op app + db", "× bare", "× plain")]
    for database, name in dict.fromkeys((d, n) for d, n, _c in results.samples):
        cells = [_speed(results.samples.get((database, name, count))) for count in clients]
        main = results.main(name, database)
        assert main is not None
        cpu = f"{main.app_ms:.1f} + {main.database_ms:.1f}" if main.app_cpu else (
            f"– + {main.database_ms:.1f}"
        )  # fmt: skip
        ratios = [_ratio(main, results.main(floor, database)) for floor in (BARE, PLAIN)]
        rows.append((database, name, *cells, cpu, *ratios))
    return table(rows)


def statements(counted: Mapping[str, Counted]) -> str:
    rows = [
        (
            "one operation on PostgreSQL",
            "statements",
            "BEGIN, COMMIT, SELECT 1",
            "commits",
            "log KB",
        )
    ]
    rows += [
        (
            name,
            f"{each.statements:.1f}",
            f"{each.control:.1f}",
            f"{each.commits:.1f}",
            f"{each.wal_kb:.1f}",
        )
        for name, each in counted.items()
    ]
    return table(rows)


def pages(found: Mapping[str, Sequence[Sample]]) -> str:
    rows = [("database", "page, four clients", "per second", "p50/p95 ms", "CPU ms app + db")]
    rows += [
        (
            database,
            each.name,
            f"{each.rate:.0f}",
            f"{each.percentile(50):.1f}/{each.percentile(95):.1f}",
            f"{each.app_ms:.1f} + {each.database_ms:.1f}",
        )
        for database, samples in found.items()
        for each in samples
    ]
    return table(rows)


def growth(found: Sequence[tuple[int, Sample, list[Sample]]]) -> str:
    """How the operation and every page do as the tabs become more."""
    if not found:
        return ""
    head = ("tabs on PostgreSQL", "operation op/s · p50/p95 ms")
    rows: list[tuple[str, ...]] = [(*head, *(f"{page.name} p50/p95" for page in found[0][2]))]
    rows += [
        (
            f"{tabs:,}",
            _speed(operation),
            *(f"{page.percentile(50):.1f}/{page.percentile(95):.1f}" for page in samples),
        )
        for tabs, operation, samples in found
    ]
    return table(rows)


def targets(results: Results) -> str:
    """What was set out to be reached, and where we are."""
    rows: list[tuple[str, ...]] = [("target", "found", "must", "goal", "reached")]
    rows += [target.row() for target in _targets(results)]
    return table(rows)


def _targets(results: Results) -> list[Target]:
    return [*_targets_of_speed(results), *_targets_of_cost(results), *_targets_of_batches(results)]


def _targets_of_speed(results: Results) -> list[Target]:
    ours, bare = results.main(OURS), results.main(BARE)
    crowded = results.samples.get((POSTGRES, OURS, 16))
    return [
        Target(
            what="op/s, 4 clients",
            found=ours.rate if ours else None, must=40, goal=66, at_least=True,
        ),
        Target(
            what="× bare Django of this run",
            found=ours.rate / bare.rate if ours and bare and bare.rate else None,
            must=0.3, goal=0.5, at_least=True, digits=2,
        ),
        Target(what="p95 ms, 4 clients", found=_p95(ours), must=130, goal=95),
        Target(what="p95 ms, 16 clients", found=_p95(crowded), must=480, goal=350),
        Target(
            what="p95 ms of the slowest call",
            found=ours.slowest_step(95) if ours else None, must=30, goal=20,
        ),
    ]  # fmt: skip


def _targets_of_cost(results: Results) -> list[Target]:
    ours, bare = results.main(OURS), results.main(BARE)
    counted = results.counted.get(OURS)
    cpu = (ours.app_ms + ours.database_ms) if ours else None
    bare_cpu = (bare.app_ms + bare.database_ms) if bare else None
    return [
        Target(what="statements", found=counted.statements if counted else None, must=48, goal=36),
        Target(what="commits", found=counted.commits if counted else None, must=8, goal=7),
        Target(
            what="KB of log",
            found=counted.wal_kb if counted else None, must=12, goal=9, digits=1,
        ),
        Target(
            what="CPU × bare Django",
            found=cpu / bare_cpu if cpu and bare_cpu else None, must=4.5, goal=3.3, digits=1,
        ),
    ]  # fmt: skip


def _targets_of_batches(results: Results) -> list[Target]:
    inline, lite = results.main(INLINE), results.main(OURS, SQLITE)
    claim = results.claimed[1] * 10_000 / results.claimed[0] if results.claimed else None
    json = next((p for p in results.pages.get(POSTGRES, []) if "JSON" in p.name), None)
    return [
        Target(
            what="op/s, lines at once",
            found=inline.rate if inline else None, must=70, goal=100, at_least=True,
        ),
        Target(
            what="op/s, SQLite", found=lite.rate if lite else None, must=35, goal=50, at_least=True
        ),
        Target(what="claim 10,000 mails, s", found=claim, must=0.7, goal=0.4, digits=2),
        Target(
            what="200 open tabs as JSON, per second",
            found=json.rate if json else None, must=300, goal=400, at_least=True,
        ),
    ]  # fmt: skip


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown, in columns that also line up in a terminal."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _speed(sample: Sample | None) -> str:
    if sample is None or not sample.operations:
        return "–"
    return f"{sample.rate:.1f} · {sample.percentile(50):.0f}/{sample.percentile(95):.0f}"


def _ratio(sample: Sample, floor: Sample | None) -> str:
    return f"{sample.rate / floor.rate:.2f}" if floor and floor.rate else ""


def _p95(sample: Sample | None) -> float | None:
    return sample.percentile(95) if sample else None
