"""What orders tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TabClosed(Event):
    tab_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TabSettled(Event):
    tab_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(Event):
    message_id: UUID
