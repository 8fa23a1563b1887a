"""`make bench`: measures, checks every result in the database, and prints the tables.

In one run, so that the figures may be compared with each other: plain SQL, a bare Django view, and
the product with everything on. BENCH_QUICK=1 makes it short, BENCH_STATEMENTS=1 also lists what
the product asks of the database, BENCH_ONLY=postgres or sqlite leaves the other one out.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from config.run import postgres
from config.run.bench import checks, counting, crowd, floor, growth, machine, pages, report
from config.run.bench.books import Books
from config.run.bench.client import Server
from config.run.bench.crowd import Sample, Watch
from config.run.bench.house import Ground, House, in_product, open_house
from config.run.bench.operation import LINES, Bare, Ours, turns
from config.run.bench.report import BARE, INLINE, OURS, PLAIN, POSTGRES, SQLITE, Results
from config.run.bench.sizes import Sizes, sizes
from config.run.process import CannotRun


def main() -> int:
    """Measure both databases; the exit status says whether every result was right."""
    started, size, results = time.monotonic(), sizes(), Results()
    print(machine.describe(), flush=True)
    only = os.environ.get("BENCH_ONLY", "")
    # A short path: names of Unix sockets are limited to about a hundred bytes.
    directory = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        # One after the other, each on a ground of its own: workers of two houses on one broker
        # would take each other's work.
        for name, measure in (("postgres", _on_postgres), ("sqlite", _on_sqlite)):
            if only in {"", name}:
                with Ground(directory / name) as ground:
                    measure(ground, size, results)
    except CannotRun as reason:
        print(f"Cannot run: {reason}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    _print(results)
    print(f"\n{time.monotonic() - started:.0f} seconds.")
    return 1 if results.faults else 0


def _on_postgres(ground: Ground, size: Sizes, results: Results) -> None:
    address, pid = ground.start_postgres()
    books = Books(address)
    counting.prepare(books)
    _floors(ground, POSTGRES, address, size, results, pid=pid)
    house = open_house(ground, address, pid=pid, board=size.board)
    _operations(house, POSTGRES, size, results)
    _count(house, books, size, results)
    results.pages[POSTGRES] = pages.measure(house, seconds=size.pages)
    have = 0
    for want in size.growth:
        _say(f"{want:,} tabs")
        growth.grow(books, have=have, want=want)
        have = want
        sample = _ours(
            house, OURS, 1, seconds=min(size.seconds, 4), label=f"grown-{want}", results=results
        )
        found = pages.measure(house, seconds=size.pages)
        results.growth.append((want, sample, found))
    claimed = in_product(ground, house.variables, f"claim(count={size.claimed})")
    results.claimed = int(claimed["claimed"]), float(claimed["seconds"])
    if results.claimed[0] != size.claimed:
        results.faults.append(f"{results.claimed[0]} mails claimed, not {size.claimed}")
    books.close()


def _on_sqlite(ground: Ground, size: Sizes, results: Results) -> None:
    file = ground.directory / "bare.sqlite3"
    _floors(ground, SQLITE, f"sqlite:///{file}", size, results, pid=None)
    address = f"sqlite:///{ground.directory / 'house.sqlite3'}"
    house = open_house(ground, address, pid=None, board=size.board)
    _operations(house, SQLITE, size, results)
    results.pages[SQLITE] = pages.measure(house, seconds=size.pages)


def _floors(
    ground: Ground, database: str, address: str, size: Sizes, results: Results, *, pid: int | None
) -> None:
    """The bare view, and on PostgreSQL plain SQL: the same statements in the same tables."""
    books = Books(address)
    if books.is_sqlite:
        books.all("PRAGMA journal_mode=WAL")
    floor.build(books)
    name = f"bare-{database}"
    port, web = ground.serve("config.run.bench.bare:application", name, {"DATABASE_URL": address})
    watch = Watch(app=(web.pid,), database=(pid,) if pid else ())
    servers = [Server(port, {"Authorization": floor.key_of(n + 1)}) for n in range(floor.VENUES)]
    for clients in size.clients:
        _say(f"{database}, {BARE}, {clients} clients")
        before = checks.bare_settled(books)
        steps = [Bare(servers[client % len(servers)]) for client in range(clients)]
        sample = crowd.run(BARE, steps, seconds=size.seconds, watch=watch)
        results.add(database, sample)
        results.faults += checks.find_bare_faults(books, sample.operations, settled_before=before)
    if pid:
        work = _repeat(Bare(servers[0]), size.counted)
        results.counted[BARE] = counting.count(books, work)
        for clients in size.clients:
            _say(f"{database}, {PLAIN}, {clients} clients")
            sample, _said = floor.plain(
                postgres.program("pgbench"),
                address,
                clients=clients,
                seconds=size.seconds,
                watch=watch,
            )
            results.add(database, sample)
    books.close()


def _operations(house: House, database: str, size: Sizes, results: Results) -> None:
    _ours(house, OURS, 2, seconds=size.warm_up, label="warm-up", results=Results())
    for clients in size.clients:
        _say(f"{database}, {OURS}, {clients} clients")
        label = f"run-{clients}"
        sample = _ours(house, OURS, clients, seconds=size.seconds, label=label, results=results)
        results.add(database, sample)
    clients = size.clients[len(size.clients) // 2]
    sample = _ours(house, INLINE, clients, seconds=size.seconds, label="inline", results=results)
    results.add(database, sample)


def _ours(
    house: House, name: str, clients: int, *, seconds: float, label: str, results: Results
) -> Sample:
    """One crowd at the product's tills; it ends when the last tab is settled."""
    books = Books(house.database)
    own = [Books(house.database) for _client in range(clients)]
    till = turns(house.tills())
    steps = [Ours(till(), each, label=label, at_once=name == INLINE) for each in own]

    def drain() -> None:
        checks.wait_until_settled(books, label, sum(step.done for step in steps))

    sample = crowd.run(name, steps, seconds=seconds, watch=house.watch, drain=drain)
    results.faults += checks.find_faults(books, sample, label=label, lines=LINES)
    for each in (books, *own):
        each.close()
    return sample


def _count(house: House, books: Books, size: Sizes, results: Results) -> None:
    """Statements and commits, of the web and of the worker together, one client alone."""
    step = Ours(house.tills()[0], books, label="counted")

    def work() -> int:
        for _time in range(size.counted):
            step()
            checks.wait_until_settled(books, "counted", step.done)
        return size.counted

    results.counted[OURS] = counting.count(books, work, own=1)


def _repeat(step: Bare, times: int) -> counting.Work:
    def work() -> int:
        for _time in range(times):
            step()
        return times

    return work


def _say(what: str) -> None:
    print(f"  {what} …", file=sys.stderr, flush=True)


def _print(results: Results) -> None:
    parts = [
        report.operations(results),
        report.statements(results.counted),
        report.pages(results.pages),
        report.growth(results.growth),
        report.targets(results),
    ]
    print("\n" + "\n\n".join(part for part in parts if part))
    if os.environ.get("BENCH_STATEMENTS"):
        for calls, text in results.counted[OURS].texts:
            print(f"{calls:6.1f}  {' '.join(text.split())[:300]}")
    for fault in results.faults:
        print(f"WRONG  {fault}")


if __name__ == "__main__":
    sys.exit(main())
