"""A payment by card, and giving it back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.kernel.money import Money
from orders.rules.roles import Role
from payments.models import LedgerEntry
from payments.services import (
    refunds,
    snapshots,
)
from payments.services.refunds import RefundWish
from tests.integration.payments.conftest import LATER, SOON


@pytest.fixture
def payment(open_page, book):
    """21.80 and a tip of 2.18, paid by card."""
    attempt = open_page(2398, tip=218)
    book.pay(attempt.session_id, at=SOON)
    return snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON).payment


@pytest.fixture
def give_back(payment, niamh):
    """Niamh, a manager, gives back; all of the bill unless said otherwise."""

    def make(bill=2180, tip=0, *, by=niamh, role=Role.MANAGER, now=LATER, **more):
        currency = more.pop("currency", "EUR")
        wish = RefundWish(
            amount=Money(bill, currency),
            tip=Money(tip, currency),
            reason=more.pop("reason", "Cold coffee"),
            line_ids=more.pop("line_ids", ()),
        )
        key = more.pop("key", None) or str(uuid4())
        return refunds.refund(
            payment_id=payment.id, by=by, role=role, wish=wish, request_key=key, now=now, **more
        )

    return make


def account(name, tab):
    return LedgerEntry.objects.for_tab(tab.id).balance_of(name, tab.currency).minor
