"""Guards around database transactions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


class OpenTransaction(RuntimeError):
    """Slow or irreversible work was about to start inside a database transaction."""


def outside_transaction(func: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run `func` while a transaction is open (a test case's own does not count)."""

    @functools.wraps(func)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise OpenTransaction(func.__qualname__)
        return func(*args, **kwargs)

    return guarded
