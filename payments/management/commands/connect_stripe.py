"""Have a venue paid into an account that is connected to the house account (Stripe Connect)."""

from __future__ import annotations

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.kernel import clock
from config.kernel.errors import DomainError
from orders.models import Venue
from payments.services import merchants


class Command(BaseCommand):
    help = "Have VENUE paid into the connected Stripe account ACCOUNT (acct_…)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("venue", help="the venue's short name, as in its address")
        parser.add_argument("account", help="the connected account's number, acct_…")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Only whoever runs the installation may say so: a number is no proof of ownership."""
        venue = Venue.objects.filter(slug=options["venue"]).first()
        if venue is None:
            raise CommandError(f"There is no venue {options['venue']}.")
        if not re.fullmatch(r"acct_\w{6,34}", options["account"]):
            raise CommandError("An account's number looks like acct_1A2b3C4d5E6f7G8h.")
        try:
            merchants.connect_as_platform(
                venue=venue, stripe_account_id=options["account"], now=clock.now()
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{venue.name} is paid into {options['account']} from now on.")
