"""Celery's door into payments. A task reads the clock, makes one call, and returns."""

from __future__ import annotations

from celery import shared_task

from config.kernel import clock
from payments.services import (
    books,
    card_sweeps,
    dispute_sweeps,
    hold_steps,
    inbox,
    merchants,
    overpayments,
    reconciliation,
    refused_accounts,
    reminders,
    saved_charges,
    summaries,
)


@shared_task(name="payments.sweep_unhandled_events")
def sweep_unhandled_events(**_from_newer_callers: object) -> None:
    inbox.handle_waiting(now=clock.now())


@shared_task(name="payments.sweep_open_operations")
def sweep_open_operations(**_from_newer_callers: object) -> None:
    reconciliation.resolve_operations(now=clock.now())


@shared_task(name="payments.sweep_open_pages")
def sweep_open_pages(**_from_newer_callers: object) -> None:
    reconciliation.check_pages(now=clock.now())


@shared_task(name="payments.sweep_undelivered_events")
def sweep_undelivered_events(**_from_newer_callers: object) -> None:
    reconciliation.fetch_undelivered(now=clock.now())


@shared_task(name="payments.sweep_planned_refunds")
def sweep_planned_refunds(**_from_newer_callers: object) -> None:
    overpayments.send_planned(now=clock.now())


@shared_task(name="payments.sweep_refunds")
def sweep_refunds(**_from_newer_callers: object) -> None:
    reconciliation.check_refunds(now=clock.now())


@shared_task(name="payments.sweep_uncharged_tabs")
def sweep_uncharged_tabs(**_from_newer_callers: object) -> None:
    reconciliation.find_uncharged(now=clock.now())


@shared_task(name="payments.sweep_due_reminders")
def sweep_due_reminders(**_from_newer_callers: object) -> None:
    reminders.sweep(now=clock.now())


@shared_task(name="payments.sweep_refused_accounts")
def sweep_refused_accounts(**_from_newer_callers: object) -> None:
    refused_accounts.look_after(now=clock.now())


@shared_task(name="payments.sweep_old_webhooks")
def sweep_old_webhooks(**_from_newer_callers: object) -> None:
    merchants.close_old_webhooks(now=clock.now())


@shared_task(name="payments.sweep_auto_settlements")
def sweep_auto_settlements(**_from_newer_callers: object) -> None:
    saved_charges.sweep(now=clock.now())


@shared_task(name="payments.sweep_card_consents")
def sweep_card_consents(**_from_newer_callers: object) -> None:
    card_sweeps.sweep(now=clock.now())


@shared_task(name="payments.sweep_open_disputes")
def sweep_open_disputes(**_from_newer_callers: object) -> None:
    dispute_sweeps.check_open(now=clock.now())


@shared_task(name="payments.sweep_missed_disputes")
def sweep_missed_disputes(**_from_newer_callers: object) -> None:
    dispute_sweeps.find_missed(now=clock.now())


@shared_task(name="payments.sweep_disputes_due")
def sweep_disputes_due(**_from_newer_callers: object) -> None:
    dispute_sweeps.remind_of_due(now=clock.now())


@shared_task(name="payments.sweep_books")
def sweep_books(**_from_newer_callers: object) -> None:
    books.compare_all(now=clock.now())


@shared_task(name="payments.sweep_due_holds")
def sweep_due_holds(**_from_newer_callers: object) -> None:
    hold_steps.sweep(now=clock.now())


@shared_task(name="payments.sweep_daily_summaries")
def sweep_daily_summaries(**_from_newer_callers: object) -> None:
    summaries.sweep(now=clock.now())
