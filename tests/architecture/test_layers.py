"""The two stacks of the house once more, in a form that a failing import explains at once.

`lint-imports` knows more (cycles, purity, protected doors). This says for each import what it may
be, so that the quick tests catch the common slip within a second.
"""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture import source

# From the top: each may import only what stands after it.
APPS = ["front", "deposits", "payments", "orders", "kernel"]
ROOMS = [
    {"apps"},
    {"web", "api", "admin", "handlers"},
    {"tasks"},
    {"services"},
    {"emails"},
    {"selectors"},
    {"models"},
    {"gateway"},
    {"events", "rules"},
]
OTHER_ROOMS = {"migrations", "sandbox", "templatetags", "management"}
AT_THE_ROOT = {
    *("config", "orders", "payments", "deposits", "templates", "tests"),
    *("manage.py", "pyproject.toml", "Makefile"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
}
# What tools and runs leave behind; none of it is kept in the repository.
LEFT_BEHIND = {"var", "staticfiles", "htmlcov", "test-results", "node_modules"}


def test_nothing_new_stands_at_the_root():
    found = {path.name for path in source.ROOT.iterdir() if not path.name.startswith(".")}

    assert found - LEFT_BEHIND - AT_THE_ROOT == set()


def test_every_room_of_an_app_is_known():
    known = set().union(*ROOMS) | OTHER_ROOMS | {"__init__", "__pycache__"}
    unknown = [
        source.name(path)
        for app in source.APPS
        for path in (source.ROOT / app).iterdir()
        if path.suffix in {"", ".py"} and path.stem not in known
    ]

    assert unknown == [], "A new room is a decision: see config/decisions."


def test_imports_go_down_only():
    upwards = [
        f"{source.name(path)} imports {imported}"
        for path in source.modules()
        for imported in _imports(source.tree(path))
        if _goes_up(_module_name(path), imported)
    ]

    assert upwards == [], "Calls go down, events go up."


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [
        ("orders.services.tabs", "payments.models.ledger", True),
        ("payments.services.closing", "orders.services.tabs", False),
        ("orders.models.tab", "orders.services.lines", True),
        ("orders.web.staff", "orders.api.views", True),
        ("orders.services.tabs", "orders.tasks", True),
        ("orders.handlers", "orders.tasks", False),
        ("orders.rules.terms", "orders.events", True),
        ("config.kernel.http", "orders.models", True),
        ("config.front.web.board", "deposits.selectors.arrivals", False),
        ("payments.gateway.port", "payments.models", True),
    ],
)
def test_the_direction_of_an_import_is_recognised(importer, imported, refused):
    assert _goes_up(importer, imported) is refused


def _goes_up(importer, imported):
    above, below = _floor(importer), _floor(imported)
    if above is None or below is None:
        return False
    if above != below:
        return above > below
    mine, other = _room(importer), _room(imported)
    return mine is not None and other is not None and _is_above_or_beside(mine, other)


def _is_above_or_beside(mine, other):
    (floor,) = (level for level, rooms in enumerate(ROOMS) if mine in rooms)
    (wanted,) = (level for level, rooms in enumerate(ROOMS) if other in rooms)
    return wanted < floor or (wanted == floor and mine != other)


def _floor(module):
    """Where the module's app stands in the stack; None for what is not part of it."""
    match = re.match(r"(?:config\.)?(front|deposits|payments|orders|kernel)\b", module)
    return APPS.index(match[1]) if match else None


def _room(module):
    app, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    return room if app in source.APPS and room in set().union(*ROOMS) else None


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _module_name(path):
    return source.name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
