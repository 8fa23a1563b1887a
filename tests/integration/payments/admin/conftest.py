"""Two venues where everything has happened once: Larkspur, and Mallory's place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from config.kernel.money import Money
from orders.models import Membership, User
from orders.rules.roles import Role
from orders.services import api_keys, customers, tokens, venues
from payments.models import CheckoutAttempt, InboxEvent, Payment
from payments.rules.accounts import CounterMethod
from payments.rules.allocation import Choice, PayMode
from payments.rules.evidence import Texts
from payments.rules.inbox_states import InboxState
from payments.services import accounts, checkout, closing, counter, disputes, evidence
from payments.services.checkout import Wish
from payments.services.counter import Taken
from tests import factories, fakes
from tests.factories import EVENING
from tests.fakes.disputes import open_dispute
from tests.integration.payments import cards

SOON = EVENING + timedelta(minutes=5)


@pytest.fixture
def root(db):
    """Root runs the machine and sees everything."""
    return User.objects.create_superuser("root@example.org", "enjoy now", name="Root")


@pytest.fixture
def fill():
    """Lets everything happen once at a venue; again for more rows of each kind."""
    return _fill


@pytest.fixture
def both(larkspur, ada, niamh, olga, mallory):
    """Larkspur and Mallory's place, each with a row of every kind."""
    elsewhere = mallory.memberships.get().venue
    _fill(larkspur, ada)
    _fill(elsewhere, mallory)
    return larkspur, elsewhere


def reviewer(user):
    client = Client()
    client.force_login(user)
    return client


def row_at(model, venue):
    """A row of this kind that belongs to a venue, as its page of the admin lists it."""
    page = admin.site.get_model_admin(model)
    request = RequestFactory().get("/admin/")
    request.user = User(is_active=True, is_superuser=True)
    row = page.rows_of(page.get_queryset(request), frozenset({venue.id})).order_by("pk").first()
    assert row is not None, f"There is no {model.__name__} to look at."
    return row


def _fill(venue, by):
    count = venue.tabs.count()
    group = factories.make_group(venue, f"Size {count}", [("Large", 60)])
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal(10))
    item = factories.make_item(venue, f"Scone {count}", 2000, tax=tax, groups=[group])
    tokens.print_cards(venue=venue, words=["MINT"], count=1)
    grace = customers.find_or_create(
        venue=venue, name="Grace", email=f"grace{count}@example.org", phone="", now=EVENING
    )
    customers.edit(
        customer=grace, by=by, now=SOON, name="Grace K.", email=grace.email, phone="", note=""
    )
    member = Membership.objects.get(user=by, venue=venue)
    api_keys.issue(membership=member, name="Till", now=EVENING)
    settled = _closed(venue, by, item, f"donal{count}@example.org")
    attempt = _open_page(settled, 1500)
    _pay(attempt)
    taken = Taken(method=CounterMethod.CASH, amount=Money(500, "EUR"), tip=Money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=settled.id, by=by, taken=taken, request_key=f"press {count}", now=SOON
    )
    _dispute(attempt, by)
    _too_much(_closed(venue, by, item, f"late{count}@example.org"))
    cards.let_cards_settle(venue, now=EVENING)
    owing = _closed(venue, by, item, f"owing{count}@example.org")
    cards.keep_card(owing.id, now=EVENING)
    InboxEvent.objects.create(
        account=accounts.house_account(), event_id=f"evt_{attempt.session_id}",
        type="checkout.session.completed", object_id=attempt.session_id, livemode=False,
        happened_at=SOON, raw="{}", source="webhook", state=InboxState.FAILED, tries=10,
        next_try_at=SOON, received_at=SOON, error="NotFound: it was away",
    )  # fmt: skip


def _closed(venue, by, item, email):
    tab = factories.make_tab(venue, by, item, guest_name="Donal", email=email)
    return closing.close_and_request(tab_id=tab.id, by=by, now=EVENING).tab


def _open_page(tab, minor, payer="first") -> CheckoutAttempt:
    part = Money(minor, tab.currency)
    wish = Wish(
        choice=Choice(mode=PayMode.AMOUNT, amount=part), tip=Money(0, tab.currency), shown=part,
        payer_digest=payer, payer_email="", return_url="https://a.example/{attempt}/",
        back_url="https://a.example/{attempt}/", locale="en",
    )  # fmt: skip
    return checkout.open_page(tab_id=tab.id, wish=wish, now=EVENING)


def _pay(attempt):
    fakes.BOOK.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)


def _dispute(attempt, by):
    payment = Payment.objects.get(attempt=attempt)
    name = open_dispute(fakes.BOOK, payment.intent_id, at=SOON)
    found = disputes.apply_dispute(
        fakes.BOOK.disputes[name], account=accounts.house_account(), now=SOON
    )
    evidence.submit(
        dispute_id=found.id, by=by, role=Role.OWNER, texts=Texts(statement="They were here."),
        pack={"tab": 1}, now=SOON,
    )  # fmt: skip


def _too_much(tab):
    """The page of one payer is still open, unseen, when somebody else pays everything."""
    late = _open_page(tab, 2000)
    CheckoutAttempt.objects.filter(id=late.id).update(state="expired")
    _pay(_open_page(tab, 2000, payer="second"))
    CheckoutAttempt.objects.filter(id=late.id).update(state="open")
    _pay(late)
