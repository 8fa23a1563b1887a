"""What tests of holds look at."""

from __future__ import annotations

from datetime import timedelta

from config.kernel.money import Money

DAY = timedelta(days=1)


def eur(minor):
    return Money(minor, "EUR")


def status_of(book, hold):
    return book.payment(hold.intent_id).status
