"""Guards around database transactions, and parts of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class OpenTransaction(RuntimeError):
    """Slow or irreversible work was about to start inside a database transaction."""


def is_inside() -> bool:
    """Whether a transaction is open (a test case's own does not count)."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def outside_transaction(func: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run `func` while a transaction is open."""

    @functools.wraps(func)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_inside():
            raise OpenTransaction(func.__qualname__)
        return func(*args, **kwargs)

    return guarded


def joining(func: Callable[P, R]) -> Callable[P, R]:
    """A transaction by itself; inside another one a part of that, which saves two round trips.

    Such a part cannot be undone alone: if it fails, the whole has failed, and Django refuses to go
    on with it. Where a caller goes on after a refusal, it needs a savepoint: `transaction.atomic`.
    """

    @functools.wraps(func)
    def joined(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=not is_inside()):
            return func(*args, **kwargs)

    return joined
