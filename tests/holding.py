"""Money held on a card, as tests need it: agreed to, held on a page or on a card given before."""

from __future__ import annotations

import uuid
from datetime import timedelta

from config.kernel.money import Money
from payments.rules.hold_states import HoldWay
from payments.services import holds
from payments.services.holds import Agreed
from tests import fakes
from tests.factories import EVENING

SOON = EVENING + timedelta(minutes=5)


def agreed(venue, *, minor=3000, way=HoldWay.NOW, purpose_id=None, **changes):
    """What a guest agreed to on the confirmation page."""
    words = {
        "venue": venue,
        "purpose_id": purpose_id or uuid.uuid4(),
        "way": way,
        "amount": Money(minor, venue.currency),
        "email": "maeve@example.org",
        "text": "It is held.\nIt is let go when I cancel in time.",
        "description": "Deposit for a booking",
        "locale": "en",
        "return_url": "https://tab.example/held/{hold}/",
        "back_url": "https://tab.example/book/",
        "browser_digest": "maeve",
    }
    return Agreed(**(words | changes))


def give(hold, *, now=SOON, refusals=None):
    """The guest fills in the page, and comes back."""
    if hold.way == HoldWay.LATER:
        fakes.BOOK.give_card(hold.session_id, refusals=refusals)
    else:
        fakes.BOOK.pay(hold.session_id, at=now)
    return holds.refresh(hold_id=hold.id, now=now)


def held(venue, *, now=EVENING, **words):
    """Money held while the guest is there."""
    return give(holds.ask(agreed(venue, **words), now=now), now=now)


def saved(venue, *, now=EVENING, refusals=None, **words):
    """A card given for a hold that is placed later."""
    asked = holds.ask(agreed(venue, way=HoldWay.LATER, **words), now=now)
    return give(asked, now=now, refusals=refusals)
