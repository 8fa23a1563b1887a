"""After a restore: what a card on file gave since the backup is found, and not taken again."""

from __future__ import annotations

import pytest

from config.kernel.money import Money
from payments.models import AutoSettlement, CheckoutAttempt, GatewayOperation, Payment
from payments.rules.auto_settlement import AutoState
from payments.services import recovery, saved_charges
from tests.conftest import EVENING
from tests.integration.payments import cards
from tests.integration.payments.cards import DAY, settlement_of

pytestmark = pytest.mark.django_db


def test_a_charge_the_backup_forgot_is_taken_over_and_not_repeated(owing_tab, book):
    cards.keep_card(owing_tab.id, now=EVENING)
    cards.tell(owing_tab.id, now=settlement_of(owing_tab.id).next_at)
    row = settlement_of(owing_tab.id)
    _charge_as_it_was_before_the_restore(row)

    found = recovery.recover(since=EVENING, now=row.charge_at + DAY)
    saved_charges.sweep(now=row.charge_at + 2 * DAY)

    owing_tab.refresh_from_db()
    assert (found.payments, found.homeless) == (1, ())
    assert owing_tab.is_settled
    assert book.taken == [Money(2180, "EUR")]
    assert Payment.objects.get().attempt.consent == row.consent
    assert settlement_of(owing_tab.id).state == AutoState.CANCELLED


def _charge_as_it_was_before_the_restore(row):
    """It is charged at the processor, and the database forgets that it was."""
    operation = saved_charges._prepare(row.id, now=row.charge_at)
    saved_charges.charge_errands.Charging(operation=operation, now=row.charge_at).ask(
        saved_charges.accounts.gateway_of(operation.account)
    )
    AutoSettlement.objects.filter(id=row.id).update(state=AutoState.NOTIFIED, attempt=None)
    CheckoutAttempt.objects.filter(id=operation.subject_id).delete()
    GatewayOperation.objects.filter(id=operation.id).delete()
