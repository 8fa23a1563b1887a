"""One evening from its seed to its promises."""

from __future__ import annotations

import logging
import os
import random
from collections import Counter
from dataclasses import dataclass, field

from celery.app.task import Task
from django.db import connection, transaction

from config.kernel import clock
from tests.simulation import promises, steps
from tests.simulation.calm import calm_down
from tests.simulation.evening import Evening
from tests.simulation.seams import Now


@dataclass(kw_only=True)
class Told:
    """What became of an evening, or of many: broken promises, faults, what was done to what."""

    broken: list[str] = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)
    done: Counter = field(default_factory=Counter)


def prepare(patch, settings):
    """Put the simulation's own Stripe, mail server and patience in place of the real ones."""
    settings.PAYMENT_GATEWAY = "tests.simulation.seams.Gateway"
    settings.EMAIL_BACKEND = "tests.simulation.seams.PostOffice"
    # The broker forgets all it is given: every nudge is lost, and the sweeps alone do the work.
    patch.setattr(Task, "apply_async", lambda *_args, **_options: None)
    # Everything that goes wrong here is logged by whoever meets it, at length.
    patch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    patch.setattr("time.sleep", lambda _seconds: None)


def play(seed, patch) -> Told:
    """Play one evening on an empty database and look at it; the same seed is the same evening."""
    empty()
    dice = random.Random(str(seed))  # noqa: S311 - Dice of a game, not of a lock.
    # Names of rows are made of it, and rows are sorted by their names.
    patch.setattr(os, "urandom", dice.randbytes)
    evening = Evening(seed, dice)
    patch.setattr(clock, "now", lambda: evening.now)
    try:
        evening.play(steps.STEPS)
        calm_down(evening)
        broken = promises.broken(evening)
    finally:
        Now.seams.close()
    return Told(broken=broken, faults=Now.seams.hits, done=evening.done)


@transaction.atomic
def empty():
    """Forget the evening before, also what is never deleted. TRUNCATE would wait for the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - Our own.
