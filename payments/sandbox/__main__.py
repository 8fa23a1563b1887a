"""`python -m payments.sandbox` starts the local Stripe."""

from __future__ import annotations

from payments.sandbox.cli import main

main()
