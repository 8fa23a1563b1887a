"""What the database alone costs: the statements of the bare view, in tables of their own."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from config.run.bench import machine
from config.run.bench.books import Books
from config.run.bench.crowd import Sample, Watch
from config.run.bench.operation import LINES

VENUES: Final = 8
# The bare floor's tables. `{key}` is how the database spells a key that counts by itself.
_TABLES: Final = """
CREATE TABLE bare_venue (id {key}, next integer NOT NULL);
CREATE TABLE bare_key (digest varchar(64) PRIMARY KEY, venue bigint NOT NULL);
CREATE TABLE bare_tab (id {key}, venue bigint NOT NULL, number integer NOT NULL,
    label varchar(60) NOT NULL, status varchar(8) NOT NULL, total bigint NOT NULL);
CREATE TABLE bare_line (id {key}, tab bigint NOT NULL, item bigint NOT NULL,
    quantity integer NOT NULL, price bigint NOT NULL);
CREATE TABLE bare_request (id {key}, tab bigint NOT NULL, amount bigint NOT NULL);
CREATE TABLE bare_message (id {key}, tab bigint NOT NULL, recipient varchar(254) NOT NULL,
    body text NOT NULL);
CREATE TABLE bare_inbox (id {key}, event varchar(120) NOT NULL UNIQUE, body text NOT NULL);
CREATE TABLE bare_entry (id {key}, tab bigint NOT NULL, amount bigint NOT NULL,
    source varchar(120) NOT NULL UNIQUE);
CREATE UNIQUE INDEX bare_tab_number ON bare_tab (venue, number);
CREATE INDEX bare_line_tab ON bare_line (tab);
CREATE INDEX bare_request_tab ON bare_request (tab);
CREATE INDEX bare_message_tab ON bare_message (tab);
CREATE INDEX bare_entry_tab ON bare_entry (tab)
"""
_KEY: Final = "SELECT venue FROM bare_key WHERE digest = '[digest]'"
_LINE: Final = """
BEGIN;
[key];
SELECT total FROM bare_tab WHERE id = :tab FOR UPDATE;
INSERT INTO bare_line (tab, item, quantity, price) VALUES (:tab, 1, 1, 301);
UPDATE bare_tab SET total = total + 301 WHERE id = :tab;
COMMIT;
"""
_SCRIPT: Final = """
\\set venue random(1, [venues])
\\set event random(1, 9000000000000000000)
BEGIN;
[key];
UPDATE bare_venue SET next = next + 1 WHERE id = :venue RETURNING next \\gset
INSERT INTO bare_tab (venue, number, label, status, total)
    VALUES (:venue, :next, 'plain', 'open', 0) RETURNING id AS tab \\gset
COMMIT;
[lines]
BEGIN;
[key];
UPDATE bare_tab SET status = 'closed' WHERE id = :tab RETURNING total \\gset
INSERT INTO bare_request (tab, amount) VALUES (:tab, :total);
INSERT INTO bare_message (tab, recipient, body) VALUES (:tab, 'guest@example.org', 'Pay here');
COMMIT;
BEGIN;
INSERT INTO bare_inbox (event, body) VALUES (:event, 'body');
UPDATE bare_tab SET status = 'settled' WHERE id = :tab RETURNING total \\gset
INSERT INTO bare_entry (tab, amount, source) VALUES (:tab, :total, :tab);
COMMIT;
"""


def key_of(venue: int) -> str:
    """The header with which the bare view is asked for a venue."""
    return f"Bearer bare-{venue}"


def build(books: Books) -> None:
    """Make the tables, eight venues and a key for each."""
    key = "integer PRIMARY KEY" if books.is_sqlite else "bigserial PRIMARY KEY"
    for statement in _TABLES.format(key=key).split(";"):
        books.all(statement)
    for venue in range(1, VENUES + 1):
        digest = hashlib.sha256(key_of(venue).encode()).hexdigest()
        books.all("INSERT INTO bare_venue (id, next) VALUES (%s, 0)", venue)
        books.all("INSERT INTO bare_key (digest, venue) VALUES (%s, %s)", digest, venue)


def plain(
    program: Path, address: str, *, clients: int, seconds: float, watch: Watch
) -> tuple[Sample, str]:
    """The statements alone, sent by pgbench as prepared ones; and what pgbench said."""
    sample = Sample(name="plain SQL", clients=clients)
    before = machine.cpu_seconds(watch.database)
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "operation.sql"
        script.write_text(_script())
        host = address.partition("host=")[2]
        done = subprocess.run(
            [
                *(program, "-h", host, "-U", "postgres", "-n", "-M", "prepared"),
                *("-f", script, "-c", str(clients), "-j", "2", "-T", str(max(1, round(seconds)))),
                *("-l", f"--log-prefix={directory}/log", "postgres"),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        for log in Path(directory).glob("log*"):
            cells = (line.split() for line in log.read_text().splitlines())
            sample.took += [[int(row[2]) / 1e6] for row in cells]
    sample.database_cpu = machine.cpu_seconds(watch.database) - before
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or rate is None:
        sample.errors.append(done.stderr.strip()[:300])
    else:
        sample.until_done = sample.operations / float(rate[1])
    return sample, done.stdout


def _script() -> str:
    digest = hashlib.sha256(key_of(1).encode()).hexdigest()
    parts = {
        "[lines]": _LINE * LINES,
        "[key]": _KEY.replace("[digest]", digest),
        "[venues]": str(VENUES),
    }
    script = _SCRIPT
    for mark, part in parts.items():
        script = script.replace(mark, part)
    return script
