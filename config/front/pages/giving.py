"""What somebody may give away on a tab: its lines, and how much of today's limit is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Line, Membership, Tab
from orders.rules.roles import Right
from orders.services import reductions


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """`limit` and `left` are None for somebody who need not ask."""

    lines: tuple[Line, ...]
    limit: Money | None
    left: Money | None

    @property
    def first(self) -> str:
        """The line that is offered first."""
        return str(self.lines[0].id) if self.lines else ""

    @property
    def text(self) -> str:
        """What stands above the choice."""
        if self.limit is None or self.left is None:
            return gettext("The guest can read what came off, and why.")
        if not self.left.is_positive:
            return gettext("You have nothing left to give away today. Ask a manager.")
        return gettext("You can give up to %(limit)s a day. %(left)s left today.") % {
            "limit": money_text(self.limit),
            "left": money_text(self.left),
        }


def get_giving(member: Membership, tab: Tab, *, now: datetime) -> Giving:
    """Every line that still costs something, in the order they came."""
    standing = tab.lines.standing().in_order()
    lines = tuple(line for line in standing if line.amount.is_positive)
    if member.may(Right.GIVE_FREELY):
        return Giving(lines=lines, limit=None, left=None)
    limit = tab.venue.gift_limit
    left = limit - reductions.given_today(tab=tab, by=member.user, now=now)
    if left.minor < 0:
        left = Money.zero(limit.currency)
    return Giving(lines=lines, limit=limit, left=left)
