"""Views of work for managers: the same rows, looked at for a purpose."""

from __future__ import annotations

from orders.models import Tab
from payments.models.inbox import InboxEvent


class OwingTab(Tab):
    """A tab that is closed and not yet paid in full."""

    class Meta:
        proxy = True
        verbose_name = "owing tab"


class OverpaidTab(Tab):
    """A tab that got more money than it asked for."""

    class Meta:
        proxy = True
        verbose_name = "overpaid tab"


class UnhandledEvent(InboxEvent):
    """A Stripe event that could not be made sense of yet."""

    class Meta:
        proxy = True
        verbose_name = "unhandled Stripe event"
