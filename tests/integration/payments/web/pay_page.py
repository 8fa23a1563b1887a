"""What tests of the pay page do over and over: press, ask, and make tabs to pay."""

from __future__ import annotations

import re
from decimal import Decimal

from config.kernel.money import Money
from config.kernel.tokens import digest
from orders.rules.roles import Role
from orders.services import claims, venues
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter, reopening
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

ALL = {"mode": "all", "tip": "0", "shown": "2180"}


def press(client, page, **fields):
    return client.post(f"{page}payments/", ALL | fields)


def ask(client, page, **fields):
    return client.post(f"{page}quote/", ALL | fields)


def shown_in(answer):
    return int(re.search(r'name="shown" value="(\d+)"', answer.content.decode())[1])


def closed_at(venue, *, minor, by=None, rate="", count=1):
    """The token of a tab that was closed at this venue, and the tab."""
    by = by or factories.make_user(f"Somebody at {venue.slug}", venue=venue)
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal(rate)) if rate else None
    items = [
        factories.make_item(venue, f"Thing {number}", minor, tax=tax) for number in range(count)
    ]
    tab = factories.make_tab(venue, by, *items)
    closed = closing.close_and_request(tab_id=tab.id, by=by, now=EVENING)
    return closed.token, closed.tab


def let_in(phone, page, tab):
    """The first phone was the guest's; this one came in by the share code."""
    phone.get(page)
    from_cookie = digest(phone.cookies["guest"].value)
    claims.enter_share_code(
        tab_id=tab.id, browser_digest=from_cookie, code=tab.share_code, now=SOON
    )


def reopen(tab, niamh):
    reopening.reopen_tab(
        tab_id=tab.id, by=niamh, role=Role.MANAGER, reason="One more coffee", now=LATER
    )


def pay_at_counter(tab, ada, minor):
    taken = Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=tab.id, by=ada, taken=taken, request_key=f"press-{minor}", now=SOON
    )


def without_secrets(answer, token):
    text = answer.content.decode().replace(token, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
