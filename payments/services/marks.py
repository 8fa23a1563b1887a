"""The marks on everything we make at Stripe: whose it is, and what it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.conf import settings

from orders.models import Tab
from payments.models import Hold

APP: Final = "afterward"


class NotOurs(Exception):
    """The object belongs to another app, or to another installation of this one."""


def our_metadata(*, tab: Tab, operation_id: UUID, **subject: UUID) -> dict[str, str]:
    """What everything we make at Stripe carries, so that it can be told apart and found again."""
    return {
        "app": APP,
        "env": settings.INSTANCE_ID,
        "venue": str(tab.venue_id),
        "tab": str(tab.id),
        **{name: str(row_id) for name, row_id in subject.items()},
        "op": str(operation_id),
    }


def hold_metadata(hold: Hold, operation_id: UUID) -> dict[str, str]:
    """The same for held money, which belongs to a purpose before it belongs to any tab."""
    return {
        "app": APP,
        "env": settings.INSTANCE_ID,
        "venue": str(hold.venue_id),
        "hold": str(hold.id),
        "purpose": str(hold.purpose_id),
        "op": str(operation_id),
    }


def subject_of(metadata: Mapping[str, str], name: str) -> UUID:
    """Which of our rows something at Stripe was made for.

    :raises NotOurs: it carries no metadata of this installation, or is about something else.
    """
    if metadata.get("app") != APP or metadata.get("env") != settings.INSTANCE_ID:
        raise NotOurs
    try:
        return UUID(metadata.get(name, ""))
    except ValueError as error:
        raise NotOurs from error
