"""PostgreSQL: its own `pg_dump` and `pg_restore`, which must be as new as the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import IO, Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from config.kernel.backups.port import Migrations, Unusable

# How libpq's variables are called. Our limits on locks and statements are left out on purpose: a
# backup may take as long as it takes.
_VARIABLES: Final = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
# The dump makes every table anew, so whatever stands there, newer tables too, has to go first.
_EMPTY: Final = b"BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


class Postgres:
    """A custom-format dump, from one snapshot."""

    suffix = ".dump"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def save(self, target: Path) -> None:
        dump = ("--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        self._run("pg_dump", *dump)
        self.migrations_in(target)

    def migrations_in(self, source: Path) -> Migrations:
        self._run("pg_restore", f"--file={os.devnull}", str(source))
        table = ("--data-only", "--table=django_migrations", "--file=-")
        rows = self._run("pg_restore", *table, str(source)).splitlines()
        # COPY's lines: id, app, name, applied, with tabs between.
        cells = [row.split("\t") for row in rows]
        return frozenset((row[1], row[2]) for row in cells if len(row) == 4)  # noqa: PLR2004

    def is_in_use(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute(_OTHERS)
            return bool(cursor.fetchone()[0])

    def load(self, source: Path) -> None:
        script = self._command("pg_restore", "--no-owner", "--no-privileges", "--file=-")
        into = self._command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
        self._connection.close()
        with (
            subprocess.Popen(  # noqa: S603  # PostgreSQL's own programs.
                [*script, str(source)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as reader,
            subprocess.Popen(  # noqa: S603  # As above.
                into,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            ) as writer,
        ):
            _pour(reader, writer)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs.
            self._command(program, *arguments),
            check=False,
            env=self._environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Unusable(f"{program} says: {done.stderr.strip()}")
        return done.stdout

    def _command(self, program: str, *arguments: str) -> list[str]:
        found = shutil.which(program, path=os.environ.get("PG_BIN") or None)
        if found is None:
            raise Unusable(
                f"There is no {program} here. Install PostgreSQL's client programs, as new as the "
                "server (Debian: postgresql-client-18), or name their directory in PG_BIN."
            )
        return [found, *arguments]

    def _environment(self) -> dict[str, str]:
        """Where the database is. Not as arguments: everybody on the machine can read those."""
        known: dict[str, Any] = self._connection.get_connection_params()
        return dict(os.environ) | {
            variable: str(known[name]) for name, variable in _VARIABLES.items() if known.get(name)
        }


def _pour(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> None:
    """Everything in one transaction, ended only when the reader has come to a good end."""
    try:
        _stdin(writer).write(_EMPTY)
        shutil.copyfileobj(_stdout(reader), _stdin(writer))
        if reader.wait() == 0:
            _stdin(writer).write(b"\nCOMMIT;\n")
        _stdin(writer).close()
    except BrokenPipeError:
        reader.kill()
    if writer.wait() or reader.wait():
        said = b" ".join(each.stderr.read() for each in (writer, reader) if each.stderr)
        raise Unusable(f"Nothing was changed: {said.decode(errors='replace').strip()}")


def _stdin(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _stdout(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout
