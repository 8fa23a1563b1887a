"""What the bench needs in the product's database, made by the product's own services.

Run inside the product, by `manage.py shell`: `stage.build()` prints the keys as JSON.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from config.kernel import clock
from config.kernel.money import Money
from orders.models import Message, Tab, User, Venue
from orders.rules.messages import MessageState
from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.services import api_keys, catalogue, lines, memberships, messages, tabs, venues
from orders.services.catalogue import ItemDetails
from orders.services.lines import NewLine
from payments.services import accounts, closing

VENUES: Final = 8
PRICES: Final = (380, 320, 450)
CHUNK: Final = 500


def build(*, open_tabs: int) -> None:
    """Eight cafés with a menu, a key and a settled-looking past of one tab each."""
    accounts.house_account()
    now = clock.now()
    tills = []
    for number in range(1, VENUES + 1):
        venue = venues.open_venue(
            name=f"Bench {number}",
            slug=f"bench-{number}",
            kind=VenueKind.CAFE,
            currency="EUR",
            time_zone="Europe/Dublin",
            now=now,
        )
        user = User.objects.create_user(f"till{number}@example.org", name=f"Till {number}")
        member = memberships.join(user=user, venue=venue, role=Role.MANAGER, now=now)
        _key, secret = api_keys.issue(membership=member, name="bench", now=now)
        items = _menu(venue)
        tab = tabs.open_tab(venue=venue, by=user, now=now, label="template")
        wanted = [NewLine(item_id=items[0])]
        lines.add_lines(tab_id=tab.id, by=user, now=now, wanted=wanted, sent=True)
        closing.close_and_request(tab_id=tab.id, by=user, now=now)
        tills.append({"key": secret, "items": [str(item) for item in items], "slug": venue.slug})
    first = Venue.objects.get(slug="bench-1")
    opened = _open_tabs(first, count=open_tabs)
    print(json.dumps({"tills": tills, "session": _session(), "guest_key": opened.guest_key}))


def claim(*, count: int) -> None:
    """Print the seconds it takes to claim so many due mails in chunks, as a worker does.

    Each is of another tab, as they are in life.
    """
    now = clock.now()
    Message.objects.filter(state=MessageState.DUE).update(state=MessageState.SENT)
    tabs_asked = Tab.objects.exclude(label="template").select_related("venue")[:count]
    due = [_message(tab, number) for number, tab in enumerate(tabs_asked)]
    Message.objects.bulk_create(due, batch_size=1000)
    started, claimed = time.monotonic(), 0
    while chunk := messages._claim(  # noqa: SLF001  # The claim alone is what has a target.
        Message.objects.unsent(now), now=now, limit=CHUNK
    ):
        claimed += len(chunk)
    print(json.dumps({"claimed": claimed, "seconds": time.monotonic() - started}))


def _menu(venue: Venue) -> list[Any]:
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal("13.5"))
    category = catalogue.add_category(venue=venue, name="Coffee")
    return [
        catalogue.create_item(
            venue=venue,
            details=ItemDetails(
                name=f"Item {price}", price=Money(price, "EUR"), category=category, tax_rate=tax
            ),
            now=clock.now(),
        ).id
        for price in PRICES
    ]


def _open_tabs(venue: Venue, *, count: int) -> Tab:
    user = User.objects.get(email="till1@example.org")
    item = venue.catalogue.first()
    assert item is not None
    now = clock.now()
    for number in range(count):
        tab = tabs.open_tab(venue=venue, by=user, now=now, label=f"Table {number}")
        wanted = [NewLine(item_id=item.id)] * 3
        lines.add_lines(tab_id=tab.id, by=user, now=now, wanted=wanted, sent=True)
    return tab


def _session() -> str:
    """Somebody signed in at the first venue, for the pages."""
    user = User.objects.get(email="till1@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _message(tab: Tab, number: int) -> Message:
    now = clock.now()
    return Message(
        venue=tab.venue,
        tab=tab,
        kind="payment_link",
        source_key=f"bench:{number}",
        to=f"guest{number}@example.org",
        from_name=tab.venue.name,
        subject="Your tab",
        text="Pay here: [link]\n" * 20,
        html='<p><a href="[link]">Pay here</a></p>\n' * 60,
        link_path="/p/[token]/",
        due_at=now - timedelta(seconds=1),
        created_at=now,
    )
