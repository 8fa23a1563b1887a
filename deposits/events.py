"""What deposits tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingConfirmed(Event):
    booking_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMoved(Event):
    booking_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCancelled(Event):
    booking_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestArrived(Event):
    booking_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowRecorded(Event):
    booking_id: UUID
