"""After the evening: no more faults, and the sweeps run until they have nothing to do."""

from __future__ import annotations

from datetime import timedelta

from payments.gateway.snapshots import PageStatus
from tests.simulation import steps

ROUNDS = 8


def calm_down(evening):
    """What is under way arrives or is lost; time passes; every sweep has its turns."""
    for event in evening.under_way:
        evening.dice.choice([evening.lose, evening.deliver])(event)
    evening.under_way.clear()
    for _round in range(ROUNDS):
        evening.now += timedelta(minutes=65)
        _let_pages_run_out(evening.book)
        for sweep in steps.SWEEPS:
            sweep(evening, None)


def _let_pages_run_out(book):
    for session_id, page in list(book.pages.items()):
        if page.status == PageStatus.OPEN:
            book.run_out(session_id)
