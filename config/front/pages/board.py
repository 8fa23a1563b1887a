"""The board: who is in the room, who pays later, and four figures about today.

Everything is read in five statements, however many tabs there are, and narrowed in memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.front.pages import words
from config.front.pages.owing import Owing, Takings, get_takings, list_owing
from config.kernel.money import Money, total
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What cards and rows have in common: the tab, its state, and phones asking to be let in."""

    tab: Tab
    state: str
    is_mine: bool
    waiting: tuple[int, ...]

    def fits(self, wanted: Wanted) -> bool:
        by_state = wanted.state in {"", self.state} or (wanted.state == "mine" and self.is_mine)
        return by_state and self._is_called(wanted.words)

    def _is_called(self, typed: str) -> bool:
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
class Row(Seen):
    """A tab whose party pays later. `due_today` is for a date that needs no name."""

    owing: Owing
    due_today: bool

    @property
    def has_address(self) -> bool:
        return bool(self.tab.customer and self.tab.customer.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Today in four figures."""

    open_now: Money
    open_count: int
    awaiting: Money
    awaiting_count: int
    overdue: Money
    overdue_count: int
    oldest_days: int
    takings: Takings


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
    opened, owing = list(tabs.list_open(venue=member.venue)), list_owing(member.venue)
    waiting = _waiting([*opened, *(each.tab for each in owing)])
    room = _room(member, opened, waiting, now=now)
    later = _later(member, owing, waiting, now=now)
    fitting = [row for row in later if row.fits(wanted)]
    shown = fitting if wanted.show_all else fitting[:LATER_AT_FIRST]
    return Board(
        version=version_of(member, now=now),
        wanted=wanted,
        strip=_strip(member, room, later, now=now),
        chips=_chips([*room, *later], wanted),
        room=tuple(card for card in room if card.fits(wanted)),
        later=tuple(shown),
        hidden=len(fitting) - len(shown),
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


def _later(
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
            state=_state_later(each, now=now),
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


def _state_later(owing: Owing, *, now: datetime) -> str:
    if owing.due_at < now:
        return "overdue"
    return "part" if owing.paid.is_positive else "due"


def _strip(
    member: Membership, room: Sequence[Card], later: Sequence[Row], *, now: datetime
) -> Strip:
    venue = member.venue
    in_time = [row.owing.balance for row in later if row.state != "overdue"]
    overdue = [row.owing for row in later if row.state == "overdue"]
    midnight = datetime.combine(venue.local(now).date(), time.min, tzinfo=venue.zone)
    return Strip(
        open_now=total([card.tab.total for card in room], venue.currency),
        open_count=len(room),
        awaiting=total(in_time, venue.currency),
        awaiting_count=len(in_time),
        overdue=total([each.balance for each in overdue], venue.currency),
        overdue_count=len(overdue),
        oldest_days=max(((now - each.due_at).days + 1 for each in overdue), default=0),
        takings=get_takings(venue, since=midnight),
    )


def _chips(everything: Sequence[Seen], wanted: Wanted) -> tuple[Chip, ...]:
    return tuple(
        Chip(
            key=key,
            label=str(label),
            count=sum(each.fits(Wanted(state=key)) for each in everything),
            is_current=key == wanted.state,
        )
        for key, label in FILTERS.items()
    )


def _plain(text: str) -> str:
    """Letters and digits only, so that "mint 4" finds MINT-42."""
    return re.sub(r"[\W_]", "", text).casefold()
