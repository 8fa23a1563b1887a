"""The words a guest agrees to before a card is kept: who may charge it, when, how much, how long.

They are written out here, in one place, because what was shown has to be kept word for word. Any
change of meaning needs another `TEXT_VERSION`; an agreement keeps the text it was made with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language, gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Tab, Venue
from orders.rules.addresses import masked
from orders.templatetags.display import when_text
from payments.rules.consent_scope import ConsentScope, lasts_until
from payments.selectors.balances import Standing

TEXT_VERSION: Final = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a guest may agree to, and the sentences that say so."""

    scope: ConsentScope
    cap: Money
    until: datetime
    sentences: tuple[str, ...]
    locale: str

    @property
    def text(self) -> str:
        return "\n".join(self.sentences)

    @property
    def digest(self) -> str:
        """Names these very words, so that nobody agrees to others than were shown."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def offers_for(
    tab: Tab, standing: Standing, *, is_regular: bool, now: datetime
) -> tuple[Offer, ...]:
    """Both agreements a tab's guest may make, the narrower first."""
    return tuple(
        _offer(tab, scope, _cap(tab, standing, scope, is_regular=is_regular), now=now)
        for scope in (ConsentScope.THIS_TAB, ConsentScope.EVERY_TAB)
    )


def _cap(tab: Tab, standing: Standing, scope: ConsentScope, *, is_regular: bool) -> Money:
    """A closed tab alone: what it owes. Anything that can still grow: what the venue trusts."""
    if scope == ConsentScope.THIS_TAB and tab.is_owing:
        return standing.balance
    limit = tab.terms.limit(is_regular=is_regular)
    return max(limit, standing.balance) if tab.is_owing else limit


def _offer(tab: Tab, scope: ConsentScope, cap: Money, *, now: datetime) -> Offer:
    # The words name a day; the agreement ends with it.
    until = tab.venue.local(lasts_until(scope, now=now)).replace(
        hour=23, minute=59, second=0, microsecond=0
    )
    is_tab = scope == ConsentScope.THIS_TAB
    email = masked(tab.customer.email) if tab.customer else ""
    sentences = (
        _what(tab) if is_tab else _whatever(tab.venue),
        gettext("At most %(cap)s is charged for a tab, and never a tip.")
        % {"cap": money_text(cap)},
        gettext("It is charged on the day you have to pay by, once, if you have not paid before."),
        gettext("At least %(hours)s hours before, we tell you the amount and the day at %(email)s.")
        % {"hours": tab.terms.notice_hours, "email": email},
        gettext("You can say “not this time” until then, and take all of this back at any time."),
        gettext(
            "Should the card say no, we send you a link to pay. If there was too little on it, we "
            "may try once more, two days later at the earliest, and tell you so before."
        ),
        gettext("This holds until %(day)s.") % {"day": _day(tab.venue, until)},
        gettext("Stripe keeps the card. %(venue)s never sees its number.")
        % {"venue": tab.venue.name},
    )
    return Offer(
        scope=scope, cap=cap, until=until, sentences=sentences, locale=get_language() or "en"
    )


def _day(venue: Venue, moment: datetime) -> str:
    """The day as the venue's clock has it, wherever these words are read."""
    with timezone.override(venue.zone):
        return when_text(moment, "full")


def _what(tab: Tab) -> str:
    name = tab.token_code or f"#{tab.number}"
    said = gettext("I allow %(venue)s to charge my card for this tab, %(tab)s, and for no other.")
    return said % {"venue": tab.venue.name, "tab": name}


def _whatever(venue: Venue) -> str:
    said = gettext(
        "I allow %(venue)s to charge my card for tabs of mine that are closed there, and for "
        "nobody else’s."
    )
    return said % {"venue": venue.name}
