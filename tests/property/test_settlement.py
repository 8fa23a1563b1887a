"""Whatever payers, staff, Stripe and the network do, in whatever order, the books agree.

Each seed is one evening of one tab: random payers, pages, declines, lost answers, events that come
late, twice or never, sweeps and cash. Then everything calms down, the sweeps run until they are
done, and the promises are checked against the processor's own book. A seed that fails replays its
evening.
"""

from __future__ import annotations

import pytest

from config.kernel.money import total
from payments.models import CheckoutAttempt, CounterPayment, InboxEvent, LedgerEntry, Receipt
from payments.rules.accounts import Account
from payments.selectors import balances
from tests import fakes
from tests.property.nights import Night

STEPS = 40


@pytest.mark.django_db
@pytest.mark.parametrize("closed_tab", ["EUR", "KRW", "KWD"], indirect=True)
@pytest.mark.parametrize("block", range(4))
def test_the_books_agree_after_any_evening(closed_tab, block, play):
    seed = f"{closed_tab.currency}-{block}"

    play(Night, seed, steps=STEPS)

    check_promises(closed_tab, seed)


def check_promises(tab, seed):
    """What must hold when everything has calmed down, whatever happened before."""
    currency = tab.currency
    standing = balances.get_standing(tab)
    by_card = total(fakes.BOOK.taken, currency)
    by_hand = total([each.charge for each in CounterPayment.objects.filter(tab=tab)], currency)
    money_in = LedgerEntry.objects.for_tab(tab.id)

    assert standing.paid + standing.tips == by_card + by_hand, seed
    assert -money_in.balance_of(Account.CLEARING, currency) == -by_card, seed
    assert standing.balance == tab.total - standing.paid, seed
    assert standing.balance.minor >= 0, seed
    assert tab.is_settled == standing.balance.is_zero, seed
    assert CheckoutAttempt.objects.reserving().count() == 0, seed
    assert InboxEvent.objects.unhandled().count() == 0, seed
    numbers = list(Receipt.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), seed
    assert len(numbers) == len(fakes.BOOK.taken) + CounterPayment.objects.count(), seed
