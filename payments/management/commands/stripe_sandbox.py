"""Start the local Stripe, so that developing and demonstrating needs no account anywhere."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.sandbox import cli


class Command(BaseCommand):
    help = "Runs the local Stripe sandbox: its API, its hosted pages and its webhooks."
    # It neither has a database nor needs ours.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *_args: str, **options: Any) -> None:
        if options["webhook_url"] and not options["webhook_secret"]:
            raise CommandError("--webhook-url needs --webhook-secret.")
        cli.run(Namespace(**options))
