"""Whose bill a secret link opens."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from config.kernel.tokens import digest
from orders.models import GuestLink, Tab
from orders.selectors import tabs


def find_tab(*, token: str, now: datetime) -> Tab | None:
    """The tab of a link that still works."""
    return _tab_of(GuestLink.objects.live(now), token)


def find_expired_tab(*, token: str) -> Tab | None:
    """The tab of a link that works or once did, for the page that says it has run out."""
    return _tab_of(GuestLink.objects.all(), token)


def _tab_of(links: QuerySet[GuestLink], token: str) -> Tab | None:
    link = (
        links.filter(digest=digest(token))
        .select_related("tab__venue", "tab__terms", "tab__customer")
        .first()
    )
    return None if link is None else tabs.follow(link.tab)
