"""Whoever gives back what, and whatever crosses: the books agree, and nothing goes back twice.

An evening as in the tests of settlement, in which pages that were given up turn out to be paid,
managers and people at Stripe's own desk give money back, and banks send it here again.
"""

from __future__ import annotations

import pytest

from config.kernel.money import Money, step_of, total
from orders.rules.roles import Role
from payments.gateway.snapshots import PageStatus, RefundStatus
from payments.models import CounterPayment, LedgerEntry, Payment, Refund
from payments.rules.accounts import Account
from payments.rules.refund_states import RefundOrigin, RefundState
from payments.selectors import balances, refunds
from payments.services import inbox, overpayments, reconciliation
from payments.services import refunds as giving_back
from payments.services.refunds import RefundWish
from tests import fakes
from tests.property.nights import Night

STEPS = 50


class NightOfRefunds(Night):
    @property
    def steps(self):
        return [
            *super().steps,
            self.pay_what_was_given_up,
            self.pay_what_was_given_up,
            self.give_back,
            self.give_back,
            self.give_back_at_stripes_desk,
            self.send_back,
            self.sweep_refunds,
        ]

    def pay_what_was_given_up(self):
        """The last-millisecond race: a page that had run out was paid all the same."""
        gone = [each for each in self.book.pages.values() if each.status == PageStatus.EXPIRED]
        if gone:
            page = self.dice.choice(gone)
            self.book.reopen(page.session_id)
            self.book.pay(page.session_id, at=self.now)
            self.book.undeliver(
                f"late_{len(self.book.undelivered)}",
                "checkout.session.completed",
                page.session_id,
                at=self.now,
            )

    def give_back(self):
        payment = self.dice.choice(list(Payment.objects.order_by("id")) or [None])
        if payment is None:
            return
        left = refunds.left_of(payment)
        wish = RefundWish(amount=self.part_of(left.bill), tip=self.part_of(left.tip), reason="Cold")
        giving_back.refund(
            payment_id=payment.id,
            by=self.by,
            role=Role.MANAGER,
            wish=wish,
            request_key=f"press-{self.dice.randrange(4)}",
            now=self.now,
        )

    def give_back_at_stripes_desk(self):
        intents = sorted(
            page.payment.intent_id
            for page in self.book.pages.values()
            if page.payment and page.payment.received.is_positive
        )
        if intents and self.dice.random() < 0.5:
            intent_id = self.dice.choice(intents)
            amount = self.part_of(self.book.left_of(intent_id))
            if amount.is_positive:
                self.book.give_back(intent_id, amount, at=self.now)

    def send_back(self):
        """A bank does not take a refund."""
        arrived = [
            refund_id
            for refund_id, refund in self.book.refunds.items()
            if refund.status == RefundStatus.SUCCEEDED
        ]
        if arrived and self.dice.random() < 0.3:
            self.book.move_refund(self.dice.choice(arrived), RefundStatus.FAILED)

    def sweep_refunds(self):
        overpayments.send_planned(now=self.now)
        reconciliation.check_refunds(now=self.now)

    def sweep(self):
        super().sweep()
        reconciliation.fetch_undelivered(now=self.now)
        inbox.handle_waiting(now=self.now)
        self.sweep_refunds()

    def part_of(self, amount):
        """All, about half, or nothing, in the currency's steps."""
        step = step_of(self.currency)
        minor = self.dice.choice([amount.minor, amount.minor // 2, 0])
        return Money(minor - minor % step, self.currency)


@pytest.mark.django_db
@pytest.mark.parametrize("closed_tab", ["EUR", "KRW", "KWD"], indirect=True)
@pytest.mark.parametrize("block", range(6))
def test_the_books_agree_whatever_goes_back(closed_tab, block, play):
    seed = f"refunds-{closed_tab.currency}-{block}"

    play(NightOfRefunds, seed, steps=STEPS)

    check_promises(closed_tab, seed)


def check_promises(tab, seed):
    currency, book = tab.currency, fakes.BOOK
    standing = balances.get_standing(tab)
    by_hand = total([each.charge for each in CounterPayment.objects.filter(tab=tab)], currency)
    captured, given = total(book.taken, currency), total(book.given_back, currency)
    booked = list(Refund.objects.booked())
    ledger = LedgerEntry.objects.for_tab(tab.id)

    assert ledger.balance_of(Account.CLEARING, currency) == captured - given, seed
    assert total([each.whole for each in booked], currency) == given, seed
    gone = total([each.excess + each.tip for each in booked], currency)
    assert standing.paid + standing.tips == captured + by_hand - gone, seed
    assert standing.balance == tab.total - standing.paid, seed
    assert tab.is_settled == (standing.balance.minor <= 0), seed
    assert standing.balance.minor >= 0 or has_failed(), seed
    assert not Refund.objects.filter(state=RefundState.REQUESTED).exists(), seed
    for payment in Payment.objects.all():
        left = refunds.left_of(payment)
        assert left.bill.minor >= 0, seed
        assert left.tip.minor >= 0, seed


def has_failed():
    """What goes back by itself goes once; after that it is a person's."""
    failed = Refund.objects.filter(state=RefundState.FAILED, origin=RefundOrigin.EXCESS)
    return (
        failed.exists()
        or Refund.objects.filter(state=RefundState.FAILED, excess_minor__gt=0).exists()
    )
