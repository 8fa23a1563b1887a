"""One thing that happened to a tab, with its figures readable for whoever tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import TabEvent


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its figures readable."""

    event: TabEvent
    currency: str

    def __getitem__(self, name: str) -> str:
        """What was recorded under this name; amounts come as money, nothing as nothing."""
        value = self.event.data.get(name)
        if value is None:
            return ""
        if name.endswith("_minor"):
            return money_text(Money(int(value), self.currency))
        return str(value)

    def is_more_than(self, name: str, least: int) -> bool:
        return int(self.event.data.get(name) or 0) > least

    @property
    def who(self) -> str:
        """The person's name; the guest and the machine have words of their own."""
        if self.event.by is not None:
            return self.event.by.get_short_name()
        return gettext("the guest") if self.event.actor == "guest" else ""

    @property
    def by(self) -> str:
        return gettext("by %(who)s") % {"who": self.who} if self.who else ""


Teller = Callable[[Fact], tuple[str, str]]
