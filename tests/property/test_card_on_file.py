"""Whatever guests, staff, banks and the network do, a card on file is charged only as agreed.

Each seed is a week of one tab whose guest left a card: they pay by page or in cash, take the card
back, say not this time, have time moved on; answers get lost, banks decline, sweeps come late or
beside themselves. The processor's own book says what was charged and when, and each charge is held
against what the guest had agreed to and been told by then.
"""

from __future__ import annotations

import contextlib
import random
from datetime import timedelta

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money, total
from orders.models import Message, Tab
from orders.rules.messages import MessageState
from orders.rules.roles import Role
from payments.gateway.errors import GatewayError, OutcomeUnknown
from payments.gateway.snapshots import Charged, IntentStatus, PageStatus
from payments.models import AutoSettlement, CardConsent, CheckoutAttempt, Payment
from payments.rules.accounts import CounterMethod
from payments.rules.allocation import Choice, PayMode
from payments.rules.auto_settlement import AutoState, notice_of
from payments.rules.consent_scope import ConsentScope
from payments.selectors import balances
from payments.services import (
    auto_settlement,
    card_sweeps,
    checkout,
    closing,
    counter,
    letting_go,
    reconciliation,
    reopening,
    saved_charges,
)
from payments.services.checkout import Wish
from payments.services.counter import Taken
from tests import fakes
from tests.conftest import EVENING
from tests.factories import make_item, make_tab
from tests.integration.payments import cards

STEPS = 30
SEEDS = range(16)
# Seeds in which a card is charged in the end; without them nothing would have been tested.
CHARGED = frozenset({6, 13})
REFUSALS = ("", "", "insufficient_funds", "generic_decline", "authentication_required", "lost_card")


class Week:
    """One tab's week: what may happen next, the clock, and what was promised at each charge."""

    def __init__(self, seed, *, tab, by):
        self.dice = random.Random(seed)  # noqa: S311 - Dice of a game, not of a lock.
        self.tab, self.by, self.now, self.presses = tab, by, EVENING, 0
        self.charges = []
        self.gateway = fakes.FakeGateway
        self.ask = fakes.FakeGateway.charge_saved

    def watch(self, monkeypatch):
        """Note at each charge that took money what held at that very moment."""
        week = self

        def charge_saved(self, spec, *, key):
            known = key in fakes.BOOK.keys
            outcome = None
            try:
                outcome = week.ask(self, spec, key=key)
            finally:
                took = isinstance(outcome, Charged) or week.has_taken(key)
                if took and not known:
                    week.note(spec)
            return outcome

        monkeypatch.setattr(self.gateway, "charge_saved", charge_saved)

    def has_taken(self, key):
        known = fakes.BOOK.keys.get(key)
        intent = fakes.BOOK.intents.get(known[1]) if known else None
        return intent is not None and intent.status == IntentStatus.SUCCEEDED

    def note(self, spec):
        consent = CardConsent.objects.get(card_ref=spec.card_ref)
        row = AutoSettlement.objects.get(state=AutoState.CHARGING, consent=consent)
        open_pages = [
            page for page in fakes.BOOK.pages.values()
            if page.status == PageStatus.OPEN and page.setup is None
        ]  # fmt: skip
        self.charges.append(
            {
                "state": consent.state,
                "within_cap": spec.amount <= consent.cap,
                "within_told": spec.amount <= row.told,
                "told": row.notice is not None
                and row.notice.state == MessageState.SENT
                and row.notice.sent_at + notice_of(row.notice_hours) <= self.now,
                "open_pages": len(open_pages),
                "owed": balances.get_standing(row.tab).balance >= spec.amount,
            }
        )

    def happen(self):
        self.now += timedelta(hours=self.dice.choice([0, 0, 1, 3, 8, 14]))
        if self.dice.random() < 0.15:
            self.dice.choice([fakes.BOOK.fail_before, fakes.BOOK.fail_after]).append(
                OutcomeUnknown("the network")
            )
        steps = {
            self.keep_card: 4, self.open_page: 3, self.pay_on_page: 1, self.take_cash: 1,
            self.take_back: 1, self.not_this_time: 1, self.sweep: 10, self.mail: 6,
            self.resolve: 3, self.tidy: 2, self.reopen_and_close: 1,
        }  # fmt: skip
        (step,) = self.dice.choices(list(steps), list(steps.values()))
        with contextlib.suppress(DomainError, GatewayError):
            step()

    def keep_card(self):
        scope = self.dice.choice(list(ConsentScope))
        if cards.offer_of(self.tab.id, scope, now=self.now) is None:
            return
        consent = cards.press_agree(self.tab.id, scope, now=self.now)
        if fakes.BOOK.pages[consent.session_id].status == PageStatus.OPEN:
            refusal = self.dice.choice(REFUSALS)
            fakes.BOOK.give_card(consent.session_id, refusals=[refusal] if refusal else [])
        card_sweeps.consents.refresh(consent_id=consent.id, now=self.now)

    def open_page(self):
        shown = balances.get_standing(self.tab).open_amount
        if self.dice.random() < 0.5:
            shown = shown.split(2)[0]
        wish = Wish(
            choice=Choice(mode=PayMode.AMOUNT, amount=shown),
            tip=Money(0, "EUR"),
            shown=shown,
            payer_digest=self.dice.choice(["aoife", "tom"]),
            payer_email="",
            return_url="https://tab.example/{attempt}",
            back_url="https://tab.example/",
            locale="en",
        )
        checkout.open_page(tab_id=self.tab.id, wish=wish, now=self.now)

    def pay_on_page(self):
        for attempt in CheckoutAttempt.objects.exclude(url=""):
            if fakes.BOOK.pages[attempt.session_id].status == PageStatus.OPEN:
                fakes.BOOK.pay(attempt.session_id, at=self.now)
                if self.dice.random() < 0.6:
                    checkout.refresh(attempt_id=attempt.id, now=self.now)
                return

    def take_cash(self):
        part = balances.get_standing(self.tab).open_amount.split(self.dice.choice([2, 3]))[0]
        self.presses += 1
        counter.record_counter_payment(
            tab_id=self.tab.id,
            by=self.by,
            taken=Taken(method=CounterMethod.CASH, amount=part, tip=Money(0, "EUR")),
            request_key=str(self.presses),
            now=self.now,
        )

    def take_back(self):
        for consent in CardConsent.objects.active():
            letting_go.withdraw(consent_id=consent.id, now=self.now)

    def not_this_time(self):
        auto_settlement.say_not_this_time(tab_id=self.tab.id, now=self.now)

    def reopen_and_close(self):
        reopening.reopen_tab(
            tab_id=self.tab.id, by=self.by, role=Role.MANAGER, reason="-", now=self.now
        )
        closing.close_and_request(tab_id=self.tab.id, by=self.by, now=self.now)

    def sweep(self):
        saved_charges.sweep(now=self.now)

    def mail(self):
        cards.deliver_mails(now=self.now)

    def resolve(self):
        reconciliation.resolve_operations(now=self.now)

    def tidy(self):
        card_sweeps.sweep(now=self.now)

    def calm_down(self):
        """The network is back, everything that waits is done, and time goes by."""
        fakes.BOOK.fail_before.clear()
        fakes.BOOK.fail_after.clear()
        for _day in range(14):
            self.now += timedelta(days=1)
            self.mail()
            reconciliation.resolve_operations(now=self.now)
            reconciliation.check_pages(now=self.now)
            card_sweeps.sweep(now=self.now)
            saved_charges.sweep(now=self.now)


@pytest.fixture
def book(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())
    monkeypatch.setattr("payments.services.operations.BUSY_WAITS", ())
    return fakes.BOOK


@pytest.fixture
def later_tab(larkspur, ada):
    """Donal's, €21.80, at a venue that lets cards settle."""
    cards.let_cards_settle(larkspur, now=EVENING)
    item = make_item(larkspur, "Shakshuka", 2180)
    return make_tab(larkspur, ada, item, email="donal@example.org")


def live(seed, later_tab, ada, monkeypatch):
    closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING)
    week = Week(seed, tab=Tab.objects.get(id=later_tab.id), by=ada)
    week.watch(monkeypatch)
    for _step in range(STEPS):
        week.happen()
        week.tab = Tab.objects.select_related("venue", "terms", "customer").get(id=later_tab.id)
    week.calm_down()
    week.tab.refresh_from_db()
    return week


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_a_card_is_charged_only_as_agreed(seed, later_tab, ada, book, monkeypatch):
    week = live(seed, later_tab, ada, monkeypatch)

    assert week.charges or seed not in CHARGED
    for charge in week.charges:
        assert charge == {
            "state": "active", "within_cap": True, "within_told": True, "told": True,
            "open_pages": 0, "owed": True,
        }  # fmt: skip
    standing = balances.get_standing(week.tab)
    by_card = total([payment.charge for payment in Payment.objects.all()], "EUR")
    assert total(book.taken, "EUR") == by_card
    assert not standing.is_overpaid
    assert not AutoSettlement.objects.filter(state=AutoState.CHARGING).exists()
    assert not Message.objects.filter(kind="auto_notice").exclude(to="donal@example.org").exists()
