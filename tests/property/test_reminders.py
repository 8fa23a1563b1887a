"""Whatever the schedule, the zone, the guest and the machines do: a step goes once, and kindly.

Each seed is some months of a few tabs: random terms, nights and zones, payments, later days, stops,
sweeps that are late or doubled, workers that die with mails in hand. The mail server's own book is
the oracle. A seed that fails replays its months.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.core import mail

from config.kernel.errors import DomainError
from config.kernel.tokens import new_short_key
from orders.models import MailStop, Message, Tab
from orders.rules.reminder_rules import ReminderRules, ReminderStep, ensure_possible
from orders.rules.roles import Role
from orders.services import messages
from payments.models import Reminder
from payments.rules.reminder_schedule import BETWEEN, is_allowed
from payments.selectors.reminders import zone_of
from payments.services import closing, guest_choices, reminder_choices, reminders, reopening
from tests import factories

pytestmark = pytest.mark.django_db
SEEDS = 12
STEPS = 70
TABS = 3
ZONES = ["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Seoul"]
# Both nights on which clocks are changed lie within reach of these.
STARTS = [datetime(2026, 3, 20, 15, tzinfo=UTC), datetime(2026, 10, 20, 15, tzinfo=UTC)]
ENDED_BY = timedelta(days=200)
# A mail may stand in the outbox for an hour before it leaves.
CLOSEST = BETWEEN - timedelta(hours=1)


class Months:
    """What may happen, to whom, and what the mail server saw."""

    def __init__(self, seed, *, venue, by, item):
        self.dice = random.Random(seed)  # noqa: S311 - Dice of a game, not of a lock.
        self.venue, self.by = venue, by
        self.now = self.dice.choice(STARTS)
        self.seen = []
        self.began = {}
        venue.time_zone = self.dice.choice(ZONES)
        venue.save()
        venue.terms.update(
            reminders=self.rules().written(), days_to_pay=self.dice.choice([0, 1, 7])
        )
        for number in range(TABS):
            email = f"guest-{seed}-{number}@example.org"
            tab = factories.make_tab(venue, by, item, email=email, now=self.now)
            if self.dice.random() < 0.4:
                tab.customer.time_zone = self.dice.choice(ZONES)
                tab.customer.save(update_fields=["time_zone"])
            closing.close_and_request(tab_id=tab.id, by=by, now=self.now)
        self.tabs = list(venue.tabs.all())

    def rules(self):
        while True:
            night = time(self.dice.randrange(24)), time(self.dice.randrange(24))
            rest = frozenset(self.dice.sample(range(1, 8), self.dice.randrange(4)))
            days = sorted(self.dice.sample(range(-3, 30), self.dice.randrange(1, 6)))
            steps = tuple(
                ReminderStep(days=day, at=time(self.dice.randrange(24), 30)) for day in days
            )
            rules = ReminderRules(
                steps=steps, quiet_from=night[0], quiet_until=night[1], rest_days=rest
            )
            try:
                ensure_possible(rules)
            except DomainError:
                continue
            return rules

    def happen(self):
        self.now += timedelta(minutes=self.dice.choice([1, 11, 11, 300, 1500, 1500, 5000]))
        tab = Tab.objects.get(id=self.dice.choice(self.tabs).id)
        what = self.dice.choice(
            [self.sweep] * 8 + [self.send] * 8 + [self.die_with_mails]
            + [self.die_while_sending] * 5
            + [self.pay, self.put_off, self.cash, self.stop, self.resume, self.by_hand, self.reopen]
        )  # fmt: skip
        with contextlib.suppress(DomainError):
            what(tab)

    def sweep(self, _tab):
        for _beat in range(self.dice.choice([1, 1, 2])):
            reminders.sweep(now=self.now)

    def send(self, _tab):
        before = len(mail.outbox)
        standing = {each.id: each.is_owing for each in Tab.objects.all()}
        stopped = set(MailStop.objects.live().values_list("email", flat=True))
        messages.send_due(now=self.now)
        for sent in mail.outbox[before:]:
            message = Message.objects.get(id=sent.extra_headers["Message-ID"][1:37])
            if message.is_reminder:
                row = Reminder.objects.get(message=message)
                awake = is_allowed(self.now, message.tab.terms.reminder_rules, zone_of(message.tab))
                assert awake, "somebody was woken up"
                assert standing[message.tab_id], "somebody who owes nothing was reminded"
                assert message.to not in stopped, "somebody was reminded against their wish"
                self.seen.append((row.tab_id, row.step, self.now))

    def die_with_mails(self, _tab):
        messages._claim(Message.objects.unsent(self.now), now=self.now, limit=5)

    def die_while_sending(self, _tab):
        """The server has taken the mail; the worker never hears of it."""
        for claimed in messages._claim(Message.objects.unsent(self.now), now=self.now, limit=1):
            if messages._hand_over(claimed, now=self.now) and claimed.is_reminder:
                row = Reminder.objects.get(message=claimed)
                self.seen.append((row.tab_id, row.step, self.now))

    def pay(self, tab):
        minor = self.dice.choice([10, 100, 320])
        factories.take_cash(tab, by=self.by, minor=minor, key=new_short_key(8), now=self.now)

    def put_off(self, tab):
        day = (self.now + timedelta(days=self.dice.randrange(12))).date()
        guest_choices.pay_later(tab_id=tab.id, until=day, now=self.now)

    def cash(self, tab):
        guest_choices.pay_cash(tab_id=tab.id, now=self.now)

    def stop(self, tab):
        guest_choices.stop_reminders(tab_id=tab.id, now=self.now)

    def resume(self, tab):
        guest_choices.resume_reminders(tab_id=tab.id, now=self.now)

    def by_hand(self, tab):
        reminder_choices.remind_now(tab_id=tab.id, by=self.by, now=self.now)

    def reopen(self, tab):
        reopening.reopen_tab(
            tab_id=tab.id, by=self.by, role=Role.MANAGER, reason=new_short_key(8), now=self.now
        )
        closing.close_and_request(tab_id=tab.id, by=self.by, now=self.now)

    def calm_down(self):
        """Nothing fails any more; every hour is swept until all the time has passed."""
        end = self.now + ENDED_BY
        while self.now < end and Reminder.objects.filter(state__in=["due", "claimed"]).exists():
            self.now += timedelta(hours=3)
            self.sweep(None)
            self.send(None)
            reminders.sweep(now=self.now)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_step_at_most_once_and_none_is_lost(seed, larkspur, niamh, scone):
    months = Months(seed, venue=larkspur, by=niamh, item=scone)

    for _step in range(STEPS):
        months.happen()
    months.calm_down()

    steps = Counter((tab_id, step) for tab_id, step, _at in months.seen)
    assert set(steps.values()) <= {1}
    for tab in months.tabs:
        times = [at for tab_id, _step, at in months.seen if tab_id == tab.id]
        assert all(late - soon >= CLOSEST for soon, late in pairwise(times))
    ends = Counter(Reminder.objects.values_list("state", flat=True))
    assert set(ends) <= {"sent", "skipped", "unknown"}
    assert ends["sent"] + ends["unknown"] == len(months.seen)
