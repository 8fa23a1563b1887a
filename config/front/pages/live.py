"""What a guest's own phone shows of a tab: found through its card, and kept up to date."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.kernel.money import Money
from orders.models import Line, Tab, TokenCard, Venue
from orders.rules import terms
from orders.rules.addresses import masked
from orders.rules.token_codes import read_code
from orders.selectors import bills, claims, promises, tabs, tokens
from orders.selectors.bills import Bill
from orders.selectors.promises import Promised
from payments.selectors import balances, card_on_file, sums
from payments.selectors.balances import Standing
from payments.selectors.sums import Sums


class Gone(StrEnum):
    """Why a card opens nothing."""

    LOST = "lost"
    REPLACED = "replaced"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind a key or a code for one browser.

    `tab` is the one it is about now; None for a card that rests. `earlier` is a tab of the same
    card that this browser was let in to before. `gone` says what became of a card that is not used
    any more, or of the print that was scanned.
    """

    venue: Venue
    code: str
    tab: Tab | None = None
    earlier: Tab | None = None
    gone: Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveBill:
    """A tab on its guest's phone. Nothing here names the guest or tells an address."""

    bill: Bill
    promised: tuple[Promised, ...]
    standing: Standing
    sums: Sums
    pay_by: datetime
    is_overdue: bool
    email: str
    version: str

    @property
    def tab(self) -> Tab:
        return self.bill.tab

    @property
    def on_its_way(self) -> tuple[Line, ...]:
        return tuple(line for line in self.bill.standing if not line.is_served)

    @property
    def brought(self) -> tuple[Line, ...]:
        """What was brought, and what was taken off again, in the order it came."""
        return tuple(line for line in self.bill.lines if line.is_served or line.is_void)

    @property
    def waiting(self) -> tuple[Promised, ...]:
        """What the guest is asked to agree to; nothing any more once the tab is closed."""
        return promises.waiting(self.promised) if self.tab.is_open else ()

    @property
    def told(self) -> tuple[Promised, ...]:
        """What was promised and is no longer asked about."""
        return tuple(each for each in self.promised if not each.is_waiting)

    @property
    def to_pay(self) -> Money:
        return self.standing.balance

    @property
    def offers_card(self) -> bool:
        """Whether the guest may leave a card that settles this."""
        return card_on_file.is_offered(self.tab)

    @property
    def needs_address(self) -> bool:
        """Whether the guest can still say where the link should go."""
        return not self.email and (self.tab.is_open or self.tab.is_owing)


def find_behind(*, key: str, browser_digest: str) -> Behind | None:
    """What a key leads to: a tab's own, which an open page asks by all the time, or a card's."""
    tab = find_by_guest_key(key)
    if tab is not None:
        return Behind(venue=tab.venue, code=tab.token_code, tab=tab)
    card = tokens.find_by_key(key)
    if card is not None:
        return _behind_card(card, browser_digest)
    former = tokens.find_by_former_key(key)
    return None if former is None else _behind_old_print(former, browser_digest)


def find_behind_code(*, venue: Venue, typed: str, browser_digest: str) -> Behind | None:
    """What a typed code leads to; None when this venue has no such card."""
    card = venue.token_cards.filter(code=read_code(typed) or "").first()
    return None if card is None else _behind_card(card, browser_digest)


def find_by_guest_key(key: str) -> Tab | None:
    try:
        return tabs.get_for_guest_key(key)
    except Tab.DoesNotExist:
        return None


def find_venue(typed: str) -> Venue | None:
    """The place meant by its short name, or by its name as people write it."""
    places = Venue.objects.filter(slug=typed.strip().lower()[:40])
    return places.first() or Venue.objects.filter(name__iexact=typed.strip()[:80]).first()


def get_live_bill(*, tab: Tab, now: datetime) -> LiveBill:
    """The bill of a tab that was read with its venue, terms and customer."""
    bill = bills.bill_of(tab)
    standing = balances.get_standing(tab)
    is_counting = tab.is_open and not standing.paid.is_positive
    return LiveBill(
        bill=bill,
        promised=promises.list_promised(bill.lines),
        standing=standing,
        sums=sums.so_far(bill) if is_counting else sums.left_to_pay(bill, standing),
        pay_by=tab.due_at or _due_if_closed(tab, now),
        is_overdue=tab.is_overdue(now),
        email=masked(tab.customer.email) if tab.customer else "",
        version=_version(bill, standing),
    )


def is_unchanged(tab: Tab, version: str) -> bool:
    """Whether nothing at all has changed at the venue since then. Costs no statement."""
    return version.partition("~")[0] == str(tab.venue.board_version)


def is_same(live: LiveBill, version: str) -> bool:
    """Whether this bill is the one that was shown, though others have changed."""
    return version.partition("~")[2] == live.version.partition("~")[2]


def _behind_card(card: TokenCard, browser_digest: str) -> Behind:
    """The open tab first; else the one this browser knows."""
    latest = tabs.find_by_token(venue=card.venue, typed=card.code)
    current = latest if latest is not None and latest.is_open else None
    known = _known_tab(card, browser_digest)
    return Behind(
        venue=card.venue,
        code=card.code,
        tab=current or known,
        earlier=known if current is not None and known != current else None,
        gone=_gone(card),
    )


def _behind_old_print(card: TokenCard, browser_digest: str) -> Behind:
    """A code that was printed anew lets nobody new in; whoever was in before finds the bill."""
    known = _known_tab(card, browser_digest)
    return Behind(venue=card.venue, code=card.code, tab=known, gone=Gone.REPLACED)


def _known_tab(card: TokenCard, browser_digest: str) -> Tab | None:
    return claims.find_claimed_tab(
        venue=card.venue, token_code=card.code, browser_digest=browser_digest
    )


def _gone(card: TokenCard) -> Gone | None:
    if card.retired_at is not None:
        return Gone.RETIRED
    return None if card.lost_at is None else Gone.LOST


def _due_if_closed(tab: Tab, now: datetime) -> datetime:
    return terms.due_at(now, days_to_pay=tab.terms.days_to_pay, time_zone=tab.venue.time_zone)


def _of_line(line: Line) -> tuple[object, ...]:
    steps = (line.cleared_at is None, line.is_sent, line.is_served, line.is_void)
    return (line.pk, line.note, *steps)


def _version(bill: Bill, standing: Standing) -> str:
    """Everything the page shows, in short. The part before the tilde is the venue's own counter."""
    tab = bill.tab
    facts = (
        tab.status,
        tab.version,
        tab.label,
        tab.share_code,
        tab.bill_asked_at,
        tab.customer_id,
        standing.paid.minor,
        standing.balance.minor,
        *(_of_line(line) for line in bill.lines),
    )
    return f"{tab.venue.board_version}~{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"
