"""Everything at once: whatever is paid, given back, taken back, disputed, merged and split.

An evening as in the tests of refunds, but with several tables that become one and part again, with
banks that take payments back and decide, and with staff who undo what they took at the counter.
What must hold is told of the whole venue, since money follows lines from one tab to the next.
"""

from __future__ import annotations

import pytest

from config.kernel.money import total
from orders.models import Rearrangement
from orders.rules.roles import Role
from payments.models import (
    CheckoutAttempt,
    CounterPayment,
    Dispute,
    InboxEvent,
    LedgerEntry,
    Receipt,
    Refund,
)
from payments.rules.accounts import Account
from payments.rules.dispute_states import DisputeState
from payments.rules.evidence import Texts
from payments.rules.refund_states import RefundState
from payments.selectors import balances
from payments.services import closing, counter_reversals, dispute_sweeps, evidence, rearranging
from payments.services.rearranging import Parts
from tests import factories, fakes
from tests.fakes.disputes import decide, open_dispute
from tests.property.test_refunds import NightOfRefunds, has_failed

STEPS = 70
UNDECIDED = (DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)


class NightOfEverything(NightOfRefunds):
    def happen(self):
        """Whatever happens next happens at one of the tables."""
        self.venue = self.tab.venue
        tables = self.venue.tabs.filter(status__in=["closed", "settled"]).order_by("number")
        self.tab = self.dice.choice(list(tables))
        super().happen()

    @property
    def steps(self):
        return [
            *super().steps,
            self.seat,
            self.merge,
            self.split,
            self.undo,
            self.take_back,
            self.dispute,
            self.dispute,
            self.answer,
            self.decide,
            self.hear_disputes,
        ]

    def seat(self):
        if self.venue.tabs.filter(status="closed").count() < 4:
            item = self.venue.catalogue.first()
            tab = factories.make_tab(self.venue, self.by, item, now=self.now)
            closing.close_and_request(tab_id=tab.id, by=self.by, now=self.now)

    def merge(self):
        others = self.venue.tabs.filter(status="closed").exclude(id=self.tab.id)
        if others:
            other = self.dice.choice(list(others.order_by("number")))
            rearranging.merge(tab_id=self.tab.id, other_id=other.id, by=self.by, now=self.now)

    def split(self):
        parts = self.dice.choice([Parts(ways=2), Parts(weights=[1, 3, 2])])
        rearranging.split(tab_id=self.tab.id, parts=parts, by=self.by, now=self.now)

    def undo(self):
        newest = Rearrangement.objects.standing().order_by("-at", "-number").first()
        if newest is not None:
            rearranging.undo(
                tab_id=newest.tab_id, rearrangement_id=newest.id, by=self.by, now=self.now
            )

    def take_back(self):
        taken = CounterPayment.objects.filter(reversal=None).order_by("recorded_at", "id")
        if taken:
            payment = self.dice.choice(list(taken))
            counter_reversals.reverse(
                tab_id=payment.tab_id,
                payment_id=payment.id,
                by=self.by,
                role=Role.MANAGER,
                reason="Not paid",
                now=self.now,
            )

    def dispute(self):
        """A bank takes back what nobody argues about yet."""
        argued = {each.intent_id for each in self.book.disputes.values()}
        back = {each.intent_id for each in self.book.refunds.values()}
        paid = sorted(
            page.payment.intent_id
            for page in self.book.pages.values()
            if page.payment and page.payment.received.is_positive
        )
        free = [each for each in paid if each not in argued | back]
        if free:
            open_dispute(self.book, self.dice.choice(free), at=self.now)

    def answer(self):
        waiting = Dispute.objects.filter(state=DisputeState.NEEDS_RESPONSE).order_by("dispute_id")
        if waiting:
            evidence.submit(
                dispute_id=self.dice.choice(list(waiting)).id,
                by=self.by,
                role=Role.MANAGER,
                texts=Texts(statement="They were here."),
                pack={},
                now=self.now,
            )

    def decide(self):
        going_on = [name for name, each in self.book.disputes.items() if each.state in UNDECIDED]
        if going_on and self.dice.random() < 0.5:
            end = self.dice.choice([DisputeState.WON, DisputeState.LOST])
            decide(self.book, self.dice.choice(going_on), end)

    def hear_disputes(self):
        dispute_sweeps.find_missed(now=self.now)

    def sweep(self):
        super().sweep()
        self.hear_disputes()


@pytest.mark.django_db
@pytest.mark.parametrize("closed_tab", ["EUR", "KRW", "KWD"], indirect=True)
@pytest.mark.parametrize("block", range(2))
def test_the_books_agree_whatever_happens_to_money_and_lines(closed_tab, block, play):
    seed = f"everything-{closed_tab.currency}-{block}"

    play(NightOfEverything, seed, steps=STEPS)

    check_promises(closed_tab.venue, seed)


def check_promises(venue, seed):
    currency, book = venue.currency, fakes.BOOK
    ledger = LedgerEntry.objects.filter(venue=venue)
    captured, given = total(book.taken, currency), total(book.given_back, currency)
    kept = CounterPayment.objects.filter(reversal=None)
    by_hand = total([each.charge for each in kept], currency)
    disputed, lost = withheld(currency)
    booked = list(Refund.objects.booked())

    fees = ledger.balance_of(Account.DISPUTE_FEES, currency)
    in_clearing = ledger.balance_of(Account.CLEARING, currency)
    assert in_clearing == captured - given - disputed - lost - fees, seed
    assert ledger.balance_of(Account.DISPUTED, currency) == disputed, seed
    assert ledger.balance_of(Account.DISPUTE_LOSSES, currency) == lost, seed
    assert ledger.balance_of(Account.TRANSFERS, currency).is_zero, seed
    assert total([each.whole for each in booked], currency) == given, seed
    standings = balances.get_standings(venue.tabs.all())
    gone = total([each.excess + each.tip for each in booked], currency)
    came = total([each.paid + each.tips for each in standings.values()], currency)
    assert came == captured + by_hand - gone, seed
    for tab in venue.tabs.all():
        check_tab(tab, standings[tab.id], seed)
    assert not Refund.objects.filter(state=RefundState.REQUESTED).exists(), seed
    assert not CheckoutAttempt.objects.reserving().exists(), seed
    assert not InboxEvent.objects.unhandled().exists(), seed
    numbers = list(Receipt.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), seed


def check_tab(tab, standing, seed):
    assert standing.balance == tab.total - standing.paid, seed
    # What goes back by itself goes once, and never while a bank has it; then it is a person's.
    is_anothers = has_failed() or Dispute.objects.blocking_refunds().exists()
    assert standing.balance.minor >= 0 or is_anothers, seed
    if tab.status == "merged":
        assert standing.balance.minor <= 0, seed
    else:
        assert tab.is_settled == (standing.balance.minor <= 0), seed


def withheld(currency):
    """What banks hold back by their own book, and what they never give back."""
    away = {name: each.withdrawn - each.reinstated for name, each in fakes.BOOK.disputes.items()}
    lost = [
        amount
        for name, amount in away.items()
        if fakes.BOOK.disputes[name].state == DisputeState.LOST
    ]
    return total(list(away.values()), currency) - total(lost, currency), total(lost, currency)
