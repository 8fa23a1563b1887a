"""Habits that keep the house readable, checked so that they explain themselves when they break."""

from __future__ import annotations

import ast
import importlib
import re

import pytest
from django.apps import apps as installed

from config.celery import celery_app
from tests.architecture import source

FUNCTION, MODULE, TEMPLATE, STYLESHEET = 40, 300, 120, 120
WRITES_THROUGH_MANAGER = frozenset(
    {
        *("create", "bulk_create", "get_or_create", "update_or_create"),
        *("update", "bulk_update", "delete"),
    }
)
WRITES_ITSELF = frozenset({"save", "delete"})
# A session saves itself and a canvas its page: neither is a fact of the business.
FORGIVEN = frozenset({"session", "canvas"})
# The bench sets its own stage, in a database that nobody lives in.
WRITERS = frozenset({"services", "models", "sandbox", "management", "bench"})


def test_functions_can_be_read_at_one_look():
    too_long = [
        f"{source.name(path)}:{node.lineno} {node.name} has {lines} lines"
        for path in source.modules()
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION
    ]

    assert too_long == [], f"A function has at most {FUNCTION} lines: name a part of it."


@pytest.mark.parametrize(
    ("files", "budget"),
    [
        (source.modules, MODULE),
        (source.templates, TEMPLATE),
        (source.stylesheets, STYLESHEET),
    ],
    ids=["modules", "templates", "stylesheets"],
)
def test_files_keep_their_budget(files, budget):
    too_long = [
        f"{source.name(path)} has {lines} lines"
        for path in files()
        if (lines := source.height(path)) > budget
    ]

    assert too_long == [], f"At most {budget} lines: the file wants to be two."


def test_only_services_and_models_write():
    writes = [
        f"{source.name(path)}:{line}"
        for path in source.modules()
        if not WRITERS & {*path.parts, path.stem}
        for line in _writes(source.tree(path))
    ]

    assert writes == [], "Doors and selectors call a service; it alone writes, in one transaction."


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Tab.objects.filter(id=1).update(status='void')", [1]),
        ("Tab.objects.create()", [1]),
        ("tab.save()", [1]),
        ("tab.save(update_fields=['note'])", [1]),
        ("line.delete()", [1]),
        ("facts.update(other)", []),
        ("cache.delete('key')", []),
        ("request.session.save()", []),
    ],
)
def test_writing_is_recognised(code, found):
    assert list(_writes(ast.parse(code))) == found


def test_every_region_belongs_to_a_page():
    everything = "\n".join(path.read_text() for path in [*source.templates(), *source.modules()])
    lonely = [
        source.name(path)
        for path in source.templates()
        if path.name.startswith("_")
        and path.relative_to(source.ROOT / "templates").as_posix() not in everything
    ]

    assert lonely == [], "A region is included by a page or rendered by a view."


def test_every_state_has_its_place_in_its_machine():
    machines = [
        (source.name(path), module.MOVES)
        for path in source.modules(*source.APPS)
        if path.parent.name == "rules"
        and hasattr(module := importlib.import_module(_module_name(path)), "MOVES")
    ]

    assert machines, "No machine found: the check looks in the wrong place."
    for name, moves in machines:
        states = set(type(next(iter(moves))).__members__.values())
        reached = set().union(*moves.values()) | {next(iter(moves))}
        assert set(moves) == states, f"{name} says nothing about some state."
        assert reached == states, f"{name} has a state that nothing leads to."


def test_every_sweep_has_a_tick_and_every_tick_a_task():
    celery_app.loader.import_default_modules()
    sweeps = {name for name in celery_app.tasks if re.search(r"\.(sweep|purge)_", name)}
    ticks = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}

    assert ticks - set(celery_app.tasks) == set(), "Beat would call tasks that are not there."
    assert sweeps - ticks == set(), "A sweep nobody calls: give it a tick in config/celery.py."


def test_every_app_tells_newcomers_about_itself():
    missing = [
        config.name
        for config in installed.get_app_configs()
        if config.name in source.APPS and not (source.ROOT / config.name / "README.md").exists()
    ]

    assert missing == []


def _writes(tree):
    """The lines of a file on which something is written through the ORM."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            chain = _chain(node.func)
            through_manager = "objects" in chain and node.func.attr in WRITES_THROUGH_MANAGER
            itself = node.func.attr in WRITES_ITSELF and not node.args
            if through_manager or (itself and not FORGIVEN & set(chain)):
                yield node.lineno


def _chain(node):
    """The names from the outermost call inwards: `Tab.objects.filter().update` as a list."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Name):
        if isinstance(node, ast.Name):
            return [*names, node.id]
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return names


def _module_name(path):
    return source.name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
