"""What payments does when something happened. One line per reaction."""

from __future__ import annotations

from config.kernel.events import subscribe
from config.kernel.nudge import nudge
from payments import tasks
from payments.events import (
    AutoSettlementPlanned,
    GatewayEventReceived,
    KeysRefused,
    RefundRequested,
)


@subscribe(GatewayEventReceived)
def make_sense_of_event(_event: GatewayEventReceived) -> None:
    nudge(tasks.sweep_unhandled_events)


@subscribe(RefundRequested)
def give_back(_event: RefundRequested) -> None:
    nudge(tasks.sweep_planned_refunds)


@subscribe(KeysRefused)
def tell_about_refused_keys(_event: KeysRefused) -> None:
    nudge(tasks.sweep_refused_accounts)


@subscribe(AutoSettlementPlanned)
def tell_the_guest(_event: AutoSettlementPlanned) -> None:
    nudge(tasks.sweep_auto_settlements)
