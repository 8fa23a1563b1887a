"""Hot paths: the ORM works out their SQL once for each process, not for each request.

Working out the SQL of a query set costs several times as much as asking the database. What such a
query looks like never changes, only its values do: so it is built once with places for them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import AutoField, Expression, Field, QuerySet
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound=models.Model)
PlaceFor = Callable[[str, "Field[Any, Any]"], Any]
_OUTSIDE: Final = "Rows are locked inside a transaction only."


class Prepared(Generic[M]):
    """A query set with places in it, whose values are given by name each time it is asked.

    `Prepared(lambda place: Tab.objects.filter(id=place("tab_id", UUIDField())))` is one. What
    depends on the kind of a value, such as `None`, or on how many there are, cannot be a place.
    """

    def __init__(self, build: Callable[[PlaceFor], QuerySet[M, Any]]) -> None:
        self._build: Final = build
        self._kept: Final[dict[str, _Kept]] = {}

    def all(self, **values: object) -> list[M]:
        """The rows as models, with what the query set selects along."""
        kept = self._of_this_database()
        return list(kept.iterable(_Asked(kept.bind(values))))

    def first(self, **values: object) -> M | None:
        """The first of them; the query set says how many can be there at most."""
        return next(iter(self.all(**values)), None)

    def rows(self, **values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query set of values."""
        compiler = self._of_this_database().bind(values)
        return iter(compiler.results_iter(compiler.execute_sql(), tuple_expected=True))

    def _of_this_database(self) -> _Kept:
        kept = self._kept.get(connection.vendor)
        if kept is None:
            kept = self._kept[connection.vendor] = _Kept(self._build(_Place))
        return kept


class _Place(Expression):
    """Where a value goes."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name: Final = name

    def as_sql(self, _compiler: object, _connection: object) -> tuple[str, Any]:
        return "%s", [self]


class _Asked:
    """As much of a query set as its own iterator looks at, with a compiler that was bound."""

    def __init__(self, compiler: Any) -> None:
        self.db: Final = compiler.using
        self.model: Final = compiler.query.model
        self._known_related_objects: Final[dict[str, Any]] = {}
        self._compiler: Final = compiler

    @property
    def query(self) -> _Asked:
        return self

    def get_compiler(self, **_using: object) -> Any:
        return self._compiler


class _Kept:
    """What was worked out for one kind of database."""

    def __init__(self, query_set: QuerySet[Any, Any]) -> None:
        self.iterable: Any = query_set._iterable_class  # noqa: SLF001
        self._compiler: Any = query_set.query.get_compiler(using=query_set.db)
        self._sql, self._params = self._compiler.as_sql()
        fields = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(fields)

    def bind(self, values: dict[str, object]) -> Any:
        """A compiler that has done its work, with these values in their places.

        :raises TransactionManagementError: it locks rows, and there is nothing that would end that.
        """
        current = connections[self._compiler.using]
        if self._compiler.query.select_for_update and not current.in_atomic_block:
            raise TransactionManagementError(_OUTSIDE)
        params = tuple(
            param.output_field.get_db_prep_value(values[param.name], current)
            if isinstance(param, _Place)
            else param
            for param in self._params
        )
        compiler = copy.copy(self._compiler)
        compiler.connection = current
        compiler.as_sql = lambda: (self._sql, params)
        compiler.get_converters = lambda _fields: self._converters
        return compiler


def insert(row: models.Model) -> None:
    """Store a new row as `save(force_insert=True)` does, by an INSERT worked out once.

    No signal is sent; nobody here listens to any.
    """
    model = type(row)
    current = connections[DEFAULT_DB_ALIAS]
    kept = _INSERTS.get((current.vendor, model))
    if kept is None:
        kept = _INSERTS[current.vendor, model] = _Insert(model)
    kept.run(row, current)


def insert_all(rows: Sequence[R]) -> None:
    """Store new rows of one kind; nearly always there is one."""
    if len(rows) == 1:
        insert(rows[0])
    elif rows:
        type(rows[0])._default_manager.bulk_create(rows)  # noqa: SLF001  # Django's public name.


class _Insert:
    """What was worked out for one table on one kind of database."""

    def __init__(self, model: type[models.Model]) -> None:
        key = model._meta.pk  # noqa: SLF001  # Django's public way to the fields of a model.
        # Numbers are given by the database, other keys by their defaults.
        self._numbered = isinstance(key, AutoField)
        self._fields = [
            field
            for field in model._meta.concrete_fields  # noqa: SLF001
            if not (self._numbered and field.primary_key)
        ]
        query = InsertQuery(model)
        query.insert_values(self._fields, [model()])
        compiler: Any = query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiler.returning_fields = [key] if self._numbered else None
        [(self._sql, _params)] = compiler.as_sql()

    def run(self, row: models.Model, current: Any) -> None:
        params = [
            field.get_db_prep_save(field.pre_save(row, add=True), current) for field in self._fields
        ]
        with current.cursor() as cursor:
            cursor.execute(self._sql, params)
            if self._numbered:
                row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, current.alias  # noqa: SLF001


_INSERTS: Final[dict[tuple[str, type[models.Model]], _Insert]] = {}
