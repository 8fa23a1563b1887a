"""Compare Stripe's test mode with the sandbox, for whoever has keys to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from payments.gateway import stripe_selfcheck
from payments.gateway.stripe_selfcheck import LiveKey


class Command(BaseCommand):
    help = "Walks the happy paths with STRIPE_SECRET_KEY (test mode only) and prints differences."
    # It neither has a database nor needs ours.
    requires_system_checks: list[str] = []

    def handle(self, *_args: str, **_options: Any) -> None:
        where = settings.STRIPE_API_BASE or "api.stripe.com"
        print(f"Asking {where} with a key of {settings.STRIPE_SECRET_KEY[:8] or 'no kind'}…")
        differing = 0
        try:
            for finding in stripe_selfcheck.run(settings.STRIPE_SECRET_KEY):
                differing += bool(finding.differences)
                print(f"  {finding.path:<12}{'differs' if finding.differences else 'as expected'}")
                for line in finding.differences:
                    print(f"    {line}")
        except LiveKey:
            raise CommandError(
                "STRIPE_SECRET_KEY must be a key of test mode (sk_test_… or rk_test_…): "
                "this makes payments, holds, refunds and a dispute."
            ) from None
        if differing:
            raise CommandError(
                f"{differing} paths differ from the sandbox: payments/sandbox/FIDELITY.md is wrong."
            )
        print("Everything is as the sandbox answers it.")
