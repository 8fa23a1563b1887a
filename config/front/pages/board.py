"""The board: who is in the room, who pays later, and four figures about today.

Read in a handful of statements however many tabs there are, and narrowed in memory; of tabs that
pay later, those that are shown are read whole and the others only counted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.front.pages import words
from config.front.pages.owing import Debt, Owing, list_debts, list_owing
from config.front.pages.strip import Strip, get_strip
from orders.models import Line, Membership, Tab, TabClaim
from orders.rules.tab_states import TabStatus
from orders.rules.token_codes import read_code
from orders.selectors import tabs

LONG_WAIT: Final = timedelta(hours=2)
LATER_AT_FIRST: Final = 8
NAMED_IN_SUMMARY: Final = 3
Shown = tuple[str, int, bool, bool]
FILTERS: Final[Mapping[str, Promise]] = {
    "": _("Everything"),
    "open": _("Open"),
    "served": _("Served"),
    "due": _("Payment due"),
    "part": _("Part-paid"),
    "overdue": _("Overdue"),
    "mine": _("Opened by me"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of the board somebody looks at."""

    state: str = ""
    words: str = ""
    show_all: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state or self.words)

    def lets_in(self, state: str, *, is_mine: bool) -> bool:
        return self.state in {"", state} or (self.state == "mine" and is_mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What cards and rows have in common: the tab, its state, and phones asking to be let in."""

    tab: Tab
    state: str
    is_mine: bool
    waiting: tuple[int, ...]

    def is_called(self, typed: str) -> bool:
        tab = self.tab
        names = f"{tab.token_code} {tab.title} {tab.customer or ''} {tab.number}"
        is_code = bool(tab.token_code) and read_code(typed) == tab.token_code
        return is_code or _plain(typed) in _plain(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Seen):
    """A tab in the room. Something on it may wait for the guest's yes before it starts."""

    summary: str
    age: str
    is_long: bool
    needs_yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A debt as one member of the venue sees it."""

    debt: Debt
    state: str
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Seen):
    """A tab whose party pays later. `due_today` is for a date that needs no name."""

    owing: Owing
    due_today: bool

    @property
    def has_address(self) -> bool:
        return bool(self.tab.customer and self.tab.customer.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter, and how many tabs it would leave."""

    key: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the page needs; no query is left when the template starts.

    `hidden` counts the rows behind "Show more".
    """

    version: str
    wanted: Wanted
    strip: Strip
    chips: tuple[Chip, ...]
    room: tuple[Card, ...]
    later: tuple[Row, ...]
    hidden: int
    is_quiet: bool

    @property
    def later_count(self) -> int:
        return len(self.later) + self.hidden


def version_of(member: Membership, *, now: datetime) -> str:
    """What a polled board compares: changes of tabs, and the minutes, which age them."""
    return f"{member.venue.board_version}-{int(now.timestamp()) // 60}"


def get_board(member: Membership, *, wanted: Wanted, now: datetime) -> Board:
    """The board of a venue as one member of it sees it."""
    opened, later = list(tabs.list_open(venue=member.venue)), _later(member, now=now)
    fitting = [each for each in later if wanted.lets_in(each.state, is_mine=each.is_mine)]
    whole = fitting if wanted.show_all or wanted.words else fitting[:LATER_AT_FIRST]
    owing = list_owing([each.debt for each in whole])
    waiting = _waiting([*opened, *(each.tab for each in owing)])
    room = _room(member, opened, waiting, now=now)
    rows = [row for row in _rows(member, owing, waiting, now=now) if row.is_called(wanted.words)]
    shown = rows if wanted.show_all else rows[:LATER_AT_FIRST]
    return Board(
        version=version_of(member, now=now),
        wanted=wanted,
        strip=get_strip(
            member.venue,
            in_room=[card.tab.total for card in room],
            debts=[each.debt for each in later],
            now=now,
        ),
        chips=_chips([*room, *later], wanted),
        room=tuple(
            card
            for card in room
            if wanted.lets_in(card.state, is_mine=card.is_mine) and card.is_called(wanted.words)
        ),
        later=tuple(shown),
        hidden=(len(rows) if wanted.words else len(fitting)) - len(shown),
        is_quiet=not room and not later,
    )


def summarise(lines: Sequence[tuple[str, int]]) -> str:
    """The first things on a tab by name, and how many more there are."""
    counts: defaultdict[str, int] = defaultdict(int)
    for name, quantity in lines:
        counts[name] += quantity
    named = list(counts.items())[:NAMED_IN_SUMMARY]
    text = ", ".join(f"{quantity} × {name}" if quantity > 1 else name for name, quantity in named)
    more = sum(counts.values()) - sum(quantity for _name, quantity in named)
    return words.and_more(text, more)


def _room(
    member: Membership,
    opened: Sequence[Tab],
    waiting: Mapping[UUID, tuple[int, ...]],
    *,
    now: datetime,
) -> list[Card]:
    lines = _standing_lines(member)
    return [
        Card(
            tab=tab,
            state=_state_in_room(lines.get(tab.id, ())),
            is_mine=tab.opened_by_id == member.user_id,
            waiting=waiting.get(tab.id, ()),
            summary=summarise([(name, quantity) for name, quantity, *_ in lines.get(tab.id, ())]),
            age=words.age(now - tab.opened_at),
            is_long=now - tab.opened_at >= LONG_WAIT,
            needs_yes=any(waits for *_, waits, _served in lines.get(tab.id, ())),
        )
        for tab in opened
    ]


def _later(member: Membership, *, now: datetime) -> list[Later]:
    return [
        Later(
            debt=debt,
            state=_state_later(debt, now=now),
            is_mine=debt.opened_by_id == member.user_id,
        )
        for debt in list_debts(member.venue)
    ]


def _rows(
    member: Membership,
    owing: Sequence[Owing],
    waiting: Mapping[UUID, tuple[int, ...]],
    *,
    now: datetime,
) -> list[Row]:
    today = member.venue.local(now).date()
    return [
        Row(
            tab=each.tab,
            state=_state_later(each.debt, now=now),
            is_mine=each.tab.opened_by_id == member.user_id,
            waiting=waiting.get(each.tab.id, ()),
            owing=each,
            due_today=member.venue.local(each.due_at).date() == today,
        )
        for each in owing
    ]


def _standing_lines(member: Membership) -> Mapping[UUID, list[Shown]]:
    """Of everything on open tabs: name, quantity, whether it waits for a yes, whether it came."""
    found: defaultdict[UUID, list[Shown]] = defaultdict(list)
    rows = (
        Line.objects.standing()
        .filter(tab__venue=member.venue, tab__status=TabStatus.OPEN)
        .in_order()
        .values_list(
            "tab_id", "name", "quantity", "modifiers", "promise", "cleared_at", "served_at"
        )
    )
    for tab_id, name, quantity, modifiers, promise, cleared_at, served_at in rows:
        chosen = [str(each["name"]) for each in modifiers if not each.get("is_default")]
        waits = cleared_at is None and bool(promise)
        named = words.with_choices(name, chosen)
        found[tab_id].append((named, quantity, waits, served_at is not None))
    return found


def _waiting(shown: Sequence[Tab]) -> Mapping[UUID, tuple[int, ...]]:
    """Phones asking to be let in, asked for by tab: old claims by the thousand are never read."""
    found: defaultdict[UUID, tuple[int, ...]] = defaultdict(tuple)
    claims = TabClaim.objects.waiting().filter(tab_id__in=[tab.id for tab in shown])
    for claim_id, tab_id in claims.order_by("created_at").values_list("pk", "tab_id"):
        found[tab_id] += (claim_id,)
    return found


def _state_in_room(lines: Sequence[Shown]) -> str:
    return "served" if lines and all(served for *_, served in lines) else "open"


def _state_later(debt: Debt, *, now: datetime) -> str:
    if debt.due_at < now:
        return "overdue"
    return "part" if debt.paid.is_positive else "due"


def _chips(everything: Iterable[Card | Later], wanted: Wanted) -> tuple[Chip, ...]:
    counts: Counter[str] = Counter()
    for each in everything:
        counts.update({"": 1, each.state: 1, "mine": each.is_mine})
    return tuple(
        Chip(key=key, label=str(label), count=counts[key], is_current=key == wanted.state)
        for key, label in FILTERS.items()
    )


def _plain(text: str) -> str:
    """Letters and digits only, so that "mint 4" finds MINT-42."""
    return re.sub(r"[\W_]", "", text).casefold()
