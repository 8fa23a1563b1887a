"""Ask Stripe for everything of ours since a moment, as has to be done after a restore."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.kernel import clock
from payments.gateway.errors import GatewayError
from payments.models import Difference
from payments.services import books, recovery
from payments.services.recovery import Homeless


class Command(BaseCommand):
    help = "Takes over every payment Stripe knows of and the database does not. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            type=_moment,
            help="2026-03-06T19:30+00:00, for example; else an hour before the last thing known",
        )

    def handle(self, *_args: str, **options: Any) -> None:
        if not settings.STRIPE_SECRET_KEY:
            print("There is no STRIPE_SECRET_KEY: Stripe was not asked for later payments.")
            return
        now = clock.now()
        since = options["since"] or recovery.last_known(now=now)
        try:
            found = recovery.recover(since=since, now=now)
        except GatewayError as error:
            raise CommandError(
                f"Stripe could not be asked ({type(error).__name__}: {error}). Once it can be: "
                f"manage.py reconcile --since {since.isoformat()}"
            ) from error
        print(f"Stripe was asked for everything since {since:%Y-%m-%d %H:%M} UTC.")
        print(f"Payments found that were missing here: {found.payments}.")
        for payment in found.homeless:
            print(_advice(payment))
        _compare(since, now)
        if found.homeless:
            print(f"Afterwards: manage.py reconcile --since {since.isoformat()}")


def _compare(since: datetime, now: datetime) -> None:
    compared = books.compare_all(since=since, now=now)
    if compared.failed:
        raise CommandError(f"The books of {compared.failed} accounts could not be read.")
    print(f"Accounts compared: {compared.accounts}. Differences found: {compared.found}.")
    for difference in Difference.objects.open().filter(found_at=now):
        print(f"{difference.subject}: {difference.what}. {difference.advice}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("Say the time zone too.")
    return moment


def _advice(payment: Homeless) -> str:
    money = f"{payment.amount} ({payment.intent_id}, {payment.paid_at:%Y-%m-%d %H:%M} UTC)"
    if payment.tab is None:
        return f"{money} was paid for a tab that is not here: refund it, or write the tab anew."
    return f"{money} was paid for tab #{payment.tab.number}, which is open here: close that tab."
