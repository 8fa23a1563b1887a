"""What payments tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from config.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested(Event):
    tab_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded(Event):
    payment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequested(Event):
    refund_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Event):
    dispute_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEventReceived(Event):
    inbox_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRefused(Event):
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLeftOpen(Event):
    operation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoSettlementPlanned(Event):
    tab_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCardSaved(Event):
    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Event):
    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFailed(Event):
    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCaptured(Event):
    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased(Event):
    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldExpired(Event):
    hold_id: UUID
