"""An evening of one tab in which anything may happen, replayed by its seed."""

from __future__ import annotations

import contextlib
import random
from datetime import timedelta

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.rules.roles import Role
from payments.gateway.errors import GatewayError, OutcomeUnknown
from payments.gateway.snapshots import EventEnvelope, PageStatus
from payments.models import CheckoutAttempt
from payments.rules.accounts import CounterMethod
from payments.rules.allocation import Choice, PayMode
from payments.selectors import balances
from payments.services import (
    accounts,
    checkout,
    closing,
    counter,
    inbox,
    reconciliation,
    reopening,
)
from payments.services.checkout import Wish
from payments.services.counter import Taken
from tests import fakes
from tests.conftest import EVENING

PAYERS = ("aoife", "tom", "maeve")


class Night:
    """One tab's evening: what may happen next, and the clock."""

    def __init__(self, seed, *, tab, by, currency):
        self.dice = random.Random(seed)  # noqa: S311 - Dice of a game, not of a lock.
        self.tab, self.by, self.currency = tab, by, currency
        self.now = EVENING
        self.events = 0

    def happen(self):
        """One random thing happens; the domain may refuse it, the network may fail it."""
        self.now += timedelta(seconds=self.dice.randrange(1, 240))
        if self.dice.random() < 0.15:
            self.dice.choice([self.book.fail_before, self.book.fail_after]).append(
                OutcomeUnknown("the network")
            )
        step = self.dice.choice(self.steps)
        with contextlib.suppress(DomainError, GatewayError):
            step()

    @property
    def steps(self):
        """What may happen; the more often something stands here, the likelier it is."""
        return [
            self.press_pay,
            self.press_pay,
            self.press_pay,
            self.pay_on_page,
            self.pay_on_page,
            self.decline_on_page,
            self.let_page_run_out,
            self.come_back,
            self.deliver_event,
            self.deliver_event,
            self.sweep,
            self.take_cash,
            self.reopen_and_close,
        ]

    @property
    def book(self):
        return fakes.BOOK

    def press_pay(self):
        payer = self.dice.choice(PAYERS)
        standing = balances.get_standing(self.tab, payer_digest=payer)
        choice = self.dice.choice(
            [
                Choice(mode=PayMode.ALL),
                Choice(mode=PayMode.SHARE, ways=self.dice.randrange(2, 4)),
            ]
        )
        tip = Money(self.dice.choice([0, 0, 100]) * 10, self.currency)
        part = (
            standing.open_amount.split(choice.ways)[0]
            if choice.mode == PayMode.SHARE
            else standing.open_amount
        )
        checkout.open_page(
            tab_id=self.tab.id,
            wish=Wish(
                choice=choice,
                tip=tip,
                shown=part + tip,
                payer_digest=payer,
                payer_email="",
                return_url="https://tab.example/{attempt}",
                back_url="https://tab.example/",
                locale="en",
            ),
            now=self.now,
        )

    def pay_on_page(self):
        """Only a page whose address the guest was told can be paid."""
        told = set(CheckoutAttempt.objects.exclude(url="").values_list("session_id", flat=True))
        open_pages = [
            page.session_id
            for page in self.book.pages.values()
            if page.status == PageStatus.OPEN and page.session_id in told
        ]
        if open_pages:
            self.book.pay(self.dice.choice(open_pages), at=self.now)

    def decline_on_page(self):
        open_pages = [p.session_id for p in self.book.pages.values() if p.status == PageStatus.OPEN]
        if open_pages:
            self.book.decline(self.dice.choice(open_pages), at=self.now)

    def let_page_run_out(self):
        open_pages = [p.session_id for p in self.book.pages.values() if p.status == PageStatus.OPEN]
        if open_pages and self.dice.random() < 0.3:
            self.book.run_out(self.dice.choice(open_pages))

    def come_back(self):
        attempt = CheckoutAttempt.objects.order_by("?").first()
        if attempt:
            checkout.refresh(attempt_id=attempt.id, now=self.now)

    def deliver_event(self):
        """Some page's event arrives: late, and perhaps not for the first time."""
        if not self.book.pages:
            return
        session_id = self.dice.choice(sorted(self.book.pages))
        self.events += self.dice.choice([0, 1])
        inbox.store(
            account=accounts.house_account(),
            envelope=EventEnvelope(
                event_id=f"evt_{self.events}",
                type="checkout.session.completed",
                object_id=session_id,
                livemode=False,
                happened_at=self.now,
            ),
            raw="{}",
            source="webhook",
            now=self.now,
        )
        inbox.handle_waiting(now=self.now)

    def sweep(self):
        reconciliation.resolve_operations(now=self.now)
        reconciliation.check_pages(now=self.now)

    def take_cash(self):
        standing = balances.get_standing(self.tab)
        amount = self.dice.choice([standing.open_amount, standing.open_amount.split(2)[0]])
        counter.record_counter_payment(
            tab_id=self.tab.id,
            by=self.by,
            taken=Taken(method=CounterMethod.CASH, amount=amount, tip=Money.zero(self.currency)),
            request_key=f"press-{self.dice.randrange(6)}",
            now=self.now,
        )

    def reopen_and_close(self):
        if self.dice.random() < 0.3:
            reopening.reopen_tab(
                tab_id=self.tab.id, by=self.by, role=Role.MANAGER, reason="again", now=self.now
            )
            closing.close_and_request(tab_id=self.tab.id, by=self.by, now=self.now)

    def calm_down(self):
        """No more faults; the sweeps run until every page and call is accounted for."""
        self.book.fail_before.clear()
        self.book.fail_after.clear()
        for _round in range(6):
            self.now += timedelta(minutes=35)
            for session_id, page in list(self.book.pages.items()):
                if page.status == PageStatus.OPEN:
                    self.book.run_out(session_id)
            inbox.handle_waiting(now=self.now)
            self.sweep()
