"""Staff review of money: what is owed, what was paid, and what Stripe said. Nothing is edited."""

from __future__ import annotations

from payments.admin import cards, disputes, gateway, ledger, owing, refunds

__all__ = ["cards", "disputes", "gateway", "ledger", "owing", "refunds"]
