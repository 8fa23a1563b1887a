"""Living through the stories: every step is a call of a real service at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from config.kernel.money import Money
from config.kernel.tokens import digest
from orders.models import Line, Tab
from orders.rules.promises import AcknowledgementWay
from orders.rules.roles import Role
from orders.services import acknowledgements, lines, tabs
from orders.services.lines import NewLine
from payments.management.demo.places import Shop
from payments.rules.accounts import CounterMethod
from payments.selectors import balances
from payments.services import closing, counter, reopening
from payments.services.counter import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """So many of something, with choices and a note; voided, if it has a reason to be.

    The guest agrees to what a service promises when it is put on the tab: on their own phone, on
    the staff's screen, or not yet (`yes` is empty). `told` is why that was not waited for.
    """

    item: str
    quantity: int = 1
    choices: Sequence[str] = ()
    note: str = ""
    voided: str = ""
    unsent: bool = False
    yes: AcknowledgementWay | None = AcknowledgementWay.STAFF_SCREEN
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Money taken at the counter, so long ago. Without an amount it is all that is left."""

    ago: timedelta
    method: CounterMethod = CounterMethod.CASH
    amount: str = ""
    tip: str = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One tab: when it was opened, what was had, and how it went on."""

    opened: timedelta
    had: Sequence[Had]
    label: str = ""
    name: str = ""
    email: str = ""
    card: str = ""
    guests: int | None = None
    purchase_order: str = ""
    served: timedelta | None = None
    asked_for_bill: timedelta | None = None
    closed: timedelta | None = None
    paid: Sequence[Paid] = ()
    voided: tuple[timedelta, str] | None = None
    role: Role = Role.STAFF


@dataclass(slots=True)
class Teller:
    """One story at one place, and the tab it turns into."""

    shop: Shop
    story: Story
    now: datetime
    tab: Tab = field(init=False)

    def steps(self) -> Iterator[tuple[datetime, Callable[[datetime], object]]]:
        """What happens, and when."""
        story = self.story
        yield self.now - story.opened, self.open
        if story.served is not None:
            yield self.now - story.served, self.serve
        if story.asked_for_bill is not None:
            yield self.now - story.asked_for_bill, self.ask_for_bill
        if story.closed is not None:
            yield self.now - story.closed, self.close
        for number, paid in enumerate(story.paid):
            yield self.now - paid.ago, partial(self.pay, paid, number)
        if story.voided is not None:
            yield self.now - story.voided[0], self.void

    def open(self, at: datetime) -> None:
        """Open the tab and put everything on it in the minutes that follow."""
        story, by = self.story, self.shop.people[self.story.role]
        self.tab = tabs.open_tab(
            venue=self.shop.venue,
            by=by,
            now=at,
            label=story.label,
            guest_name=story.name,
            email=story.email,
            token_code=story.card,
            guests_count=story.guests,
            purchase_order=story.purchase_order,
        )
        for had in story.had:
            self.add(had, at + timedelta(minutes=2))

    def add(self, had: Had, at: datetime) -> None:
        """Add one line; send it, and void it again, where the story says so."""
        by = self.shop.people[self.story.role]
        wanted = NewLine(
            item_id=self.shop.items[had.item].id,
            quantity=had.quantity,
            modifier_ids=[self.shop.choices[name].id for name in had.choices],
            note=had.note,
        )
        sent = self.shop.venue.sends_to_bar and not had.unsent
        line = lines.add_lines(tab_id=self.tab.id, by=by, now=at, wanted=[wanted], sent=sent)[0]
        if line.promise is not None and not had.voided:
            self.answer(had, line, at + timedelta(minutes=3))
        if had.voided:
            lines.void_line(
                tab_id=self.tab.id,
                line_id=line.id,
                by=by,
                now=at + timedelta(minutes=12),
                reason=had.voided,
            )

    def answer(self, had: Had, line: Line, at: datetime) -> None:
        """What the guest says to what the service can and cannot do."""
        assert line.promise is not None
        by = self.shop.people[self.story.role]
        where = {"tab_id": self.tab.id, "line_id": line.id}
        if had.told:
            acknowledgements.waive(**where, by=by, reason=had.told, now=at)
        elif had.yes is not None:
            is_phone = had.yes == AcknowledgementWay.OWN_PHONE
            acknowledgements.acknowledge(
                **where,
                shown=line.promise.digest,
                name=self.story.name,
                by=None if is_phone else by,
                browser_digest=digest(self.story.name) if is_phone else "",
                now=at,
            )

    def serve(self, at: datetime) -> None:
        tabs.mark_served(tab_id=self.tab.id, by=self.shop.people[self.story.role], now=at)

    def ask_for_bill(self, at: datetime) -> None:
        tabs.ask_for_bill(tab_id=self.tab.id, now=at)

    def close(self, at: datetime) -> None:
        closing.close_and_request(tab_id=self.tab.id, by=self.shop.people[self.story.role], now=at)

    def pay(self, paid: Paid, number: int, at: datetime) -> None:
        """Take money at the counter: this much, or all that is left."""
        currency = self.shop.venue.currency
        left = balances.get_standing(Tab.objects.get(id=self.tab.id)).open_amount
        counter.record_counter_payment(
            tab_id=self.tab.id,
            by=self.shop.people[self.story.role],
            taken=Taken(
                method=paid.method,
                amount=Money.parse(paid.amount, currency) if paid.amount else left,
                tip=Money.parse(paid.tip, currency),
            ),
            request_key=f"demo-{number}",
            now=at,
        )

    def void(self, at: datetime) -> None:
        """A manager takes the tab back."""
        assert self.story.voided is not None
        reopening.void_tab(
            tab_id=self.tab.id,
            by=self.shop.people[Role.MANAGER],
            role=Role.MANAGER,
            reason=self.story.voided[1],
            now=at,
        )


def live_through(shop: Shop, stories: Sequence[Story], *, now: datetime) -> int:
    """Let everything happen in the order of time, so that numbers rise with it; how many tabs."""
    steps = [step for story in stories for step in Teller(shop, story, now).steps()]
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        step(at)
    return len(stories)
