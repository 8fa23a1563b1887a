"""A guest who leaves a card, and the days after: what tests of cards on file start from."""

from __future__ import annotations

from datetime import timedelta

from config.kernel.money import Money
from orders.models import Message, Tab
from orders.rules.messages import MessageState
from orders.services import terms
from payments.models import AutoSettlement
from payments.rules.allocation import Choice, PayMode
from payments.rules.consent_scope import ConsentScope
from payments.selectors import card_on_file
from payments.services import card_pages, checkout, closing, consents, reconciliation, saved_charges
from payments.services.checkout import Wish
from payments.services.consents import Signature
from tests import fakes
from tests.factories import EVENING

EUR_2180 = Money(2180, "EUR")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def let_cards_settle(venue, *, now, hours=24):
    """The venue turns it on, for tabs opened from now on."""
    before = venue.terms.latest("number")
    return terms.add_version(
        venue=venue,
        days_to_pay=before.days_to_pay,
        new_guest_limit=before.limit(is_regular=False),
        regular_limit=before.limit(is_regular=True),
        auto_settles=True,
        notice_hours=hours,
        now=now,
    )


def offer_of(tab_id, scope=ConsentScope.THIS_TAB, *, now):
    tab = Tab.objects.select_related("venue", "terms", "customer").get(id=tab_id)
    offers = card_on_file.of_tab(tab, now=now).offers
    return next((offer for offer in offers if offer.scope == scope), None)


def signature(offer, **changes):
    words = {
        "digest": offer.digest,
        "address": "192.0.2.7",
        "user_agent": "A phone",
        "browser_digest": "first",
        "return_url": "https://tab.example/card/return/{consent}/",
        "back_url": "https://tab.example/card/",
    }
    return Signature(**(words | changes))


def press_agree(tab_id, scope=ConsentScope.THIS_TAB, *, now, **changes):
    offer = offer_of(tab_id, scope, now=now)
    return consents.agree(tab_id=tab_id, scope=scope, signed=signature(offer, **changes), now=now)


def keep_card(tab_id, scope=ConsentScope.THIS_TAB, *, now, refusals=None):
    """Agreed, given, known: an active agreement."""
    consent = press_agree(tab_id, scope, now=now)
    fakes.BOOK.give_card(consent.session_id, refusals=refusals)
    return consents.refresh(consent_id=consent.id, now=now)


def settlement_of(tab_id):
    return AutoSettlement.objects.filter(tab_id=tab_id).latest("created_at")


def deliver_mails(*, now):
    """The mail server takes everything that waits."""
    waiting = Message.objects.exclude(state__in=[MessageState.SENT, MessageState.FAILED])
    waiting.update(state=MessageState.SENT, sent_at=now)


def tell(tab_id, *, now):
    """The notice is written and leaves."""
    saved_charges.sweep(now=now)
    deliver_mails(now=now)
    return settlement_of(tab_id)


def come_due(tab_id):
    """Let the clock reach the charge, and the sweep come by."""
    row = settlement_of(tab_id)
    saved_charges.sweep(now=row.next_at)
    return settlement_of(tab_id)


def paid_part(tab, *, payer, now):
    """Somebody has paid €1.00 of it by page before."""
    wish = Wish(
        choice=Choice(mode=PayMode.AMOUNT, amount=Money(100, tab.currency)),
        tip=Money(0, tab.currency),
        shown=Money(100, tab.currency),
        payer_digest=payer,
        payer_email="",
        return_url="https://tab.example/{attempt}",
        back_url="https://tab.example/",
        locale="en",
    )
    attempt = checkout.open_page(tab_id=tab.id, wish=wish, now=now)
    fakes.BOOK.pay(attempt.session_id, at=now)
    return checkout.refresh(attempt_id=attempt.id, now=now)


def say(page, *, now):
    """The page's news arrives, and what it leaves to do is done by the sweep."""
    card_pages.take_over(page, now=now)
    reconciliation.resolve_operations(now=now + 2 * MINUTE)


def told(later_tab, ada, *, refusals=None, scope=ConsentScope.THIS_TAB):
    """A tab agreed about while open, closed, and told about."""
    keep_card(later_tab.id, scope, now=EVENING, refusals=refusals)
    closing.close_and_request(tab_id=later_tab.id, by=ada, now=EVENING)
    tell(later_tab.id, now=settlement_of(later_tab.id).next_at)
    return Tab.objects.get(id=later_tab.id)
