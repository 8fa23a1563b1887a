"""Migrations can be told apart by name, taken back, and read one idea at a time."""

from __future__ import annotations

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from tests.architecture import source

MOVES_DATA = (RunPython, RunSQL)


@pytest.fixture(scope="module")
def migrations():
    loader = MigrationLoader(None)
    found = [it for (app, _name), it in loader.disk_migrations.items() if app in source.APPS]
    assert found
    return found


def test_each_has_a_name_that_says_what_it_does(migrations):
    nameless = [str(it) for it in migrations if "_auto_" in it.name]

    assert nameless == []


def test_each_can_be_taken_back(migrations):
    one_way = [
        f"{it}: {type(operation).__name__}"
        for it in migrations
        for operation in it.operations
        if not operation.reversible
    ]

    assert one_way == []


def test_moving_data_and_changing_tables_are_separate(migrations):
    mixed = [str(it) for it in migrations if 0 < _count_data(it) < len(it.operations)]

    assert mixed == []


def _count_data(migration):
    return sum(isinstance(operation, MOVES_DATA) for operation in migration.operations)
