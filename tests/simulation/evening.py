"""One venue's evening: who may do what, the clock, and the webhooks under way."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import timedelta

import stripe
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.test import RequestFactory

from config.kernel.errors import DomainError
from orders.models import Tab
from orders.rules.roles import Role
from payments.gateway.errors import GatewayError
from payments.rules.accounts import HOUSE_ACCOUNT_ID
from payments.services import accounts, closing
from payments.web import webhooks
from tests import factories, fakes
from tests.simulation.seams import Killed, Now, Seams, is_cut

CURRENCIES = {"EUR": 2_183, "KRW": 48_001, "KWD": 31_330}
ACTORS = ("actor Ada", "actor Grace", "actor worker one", "actor worker two")
TABS, MOST_TABS = 3, 8
STEPS = 20


class Evening:
    """What there is to play with. `raced`: tabs whose guest paid on a page that was closed."""

    def __init__(self, seed, dice):
        self.seed, self.dice = seed, dice
        self.now = factories.EVENING
        self.raced, self.forged = set(), set()
        self.under_way, self.told = [], 0
        self.done = Counter()
        fakes.BOOK = self.book = fakes.Book()
        Now.seams, Now.post = Seams(self.dice), Counter()
        self._open()

    def _open(self):
        accounts.house_account()
        currency = self.dice.choice(sorted(CURRENCIES))
        price = CURRENCIES[currency]
        self.venue = factories.make_venue(
            f"Evening {self.seed}", currency=currency, reply_to="hello@evening.example"
        )
        self.by = factories.make_user(f"by-{self.seed}", venue=self.venue, role=Role.MANAGER)
        self.item = factories.make_item(self.venue, "Supper", price)
        self.tabs = []
        for number in range(TABS):
            self.open_tab(f"guest-{self.seed}-{number}@example.org")

    def open_tab(self, email):
        tab = factories.make_tab(self.venue, self.by, self.item, email=email, now=self.now)
        closing.close_and_request(tab_id=tab.id, by=self.by, now=self.now)
        self.tabs.append(tab.id)

    def play(self, steps):
        """Everybody does one thing after the other, beside everybody else."""
        Now.seams.baton.play({name: lambda: self._act(steps) for name in ACTORS})

    def _act(self, steps):
        Now.seams.arrive()
        try:
            for _turn in range(STEPS):
                self._take_turn(steps)
        finally:
            Now.seams.leave()

    def _take_turn(self, steps):
        """One thing happens. The domain may refuse it; whoever is cut off or killed starts anew."""
        Now.seams.baton.pause()
        self.now += timedelta(minutes=self.dice.choice([1, 1, 2, 2, 3, 5] * 4 + [480, 1_300]))
        step = self.dice.choice(steps)
        try:
            tab = Tab.objects.get(id=self.dice.choice(self.tabs))
            self.done[tab.status, step.__name__] += 1
            step(self, tab)
        except (DomainError, GatewayError):
            pass
        except (Killed, DatabaseError, InterfaceError) as end:
            if not self._is_dead and not is_cut(end):
                Now.seams.complaints.append(f"{step.__name__}: {type(end).__name__}: {end}"[:200])
            self._start_anew()
        if self._is_dead:
            # Its sweep took that for a fault of one row, and went on to its end.
            self._start_anew()

    @property
    def _is_dead(self):
        return threading.current_thread().name in Now.seams.dead

    def _start_anew(self):
        Now.seams.leave()
        Now.seams.arrive()

    # --- Stripe's news --------------------------------------------------------------------------
    def announce(self, kind, object_id):
        """Stripe has something to tell; it will arrive, or not, in whatever order."""
        self.told += 1
        self.under_way.append((f"evt_{self.seed}_{self.told}", kind, object_id))

    def deliver(self, event, *, secret=None):
        """One event comes to our door; the status of our answer."""
        event_id, kind, object_id = event
        body = json.dumps(
            {
                "id": event_id,
                "object": "event",
                "type": kind,
                "livemode": False,
                "created": int(self.now.timestamp()),
                "data": {"object": {"id": object_id}},
            }
        )
        signature = stripe.WebhookSignature.generate_signature_header(
            body, secret or settings.STRIPE_WEBHOOK_SECRET
        )
        request = RequestFactory().post(
            "/", body, content_type="application/json", headers={"stripe-signature": signature}
        )
        return webhooks.stripe_webhook(request, HOUSE_ACCOUNT_ID).status_code

    def lose(self, event):
        """It could not be delivered; Stripe's list of events still has it."""
        event_id, kind, object_id = event
        self.book.undeliver(event_id, kind, object_id, at=self.now)
