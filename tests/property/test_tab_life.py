"""Whatever people do to a tab, in whatever order: it moves as drawn, and its sum is its lines'.

Each example is one tab and a list of steps, legal or not. After each, the tab agrees with an oracle
of a few lines; a refused step has changed nothing at all.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.kernel.errors import DomainError
from orders.models import Line, Tab, TabEvent, Venue
from orders.rules.tab_states import MOVES, TabStatus
from orders.selectors import bills
from orders.services import lines, tabs
from orders.services.lines import NewLine
from tests import factories
from tests.conftest import EVENING

SOLD = {"Espresso": 280, "Scone": 320, "Water": 0}
steps = st.one_of(
    st.tuples(
        st.just("add"),
        st.lists(st.tuples(st.sampled_from(list(SOLD)), st.integers(0, 100)), max_size=3),
    ),
    st.tuples(st.just("change"), st.tuples(st.integers(0, 5), st.integers(0, 100))),
    st.tuples(st.just("remove"), st.integers(0, 5)),
    st.tuples(st.just("void_line"), st.tuples(st.integers(0, 5), st.sampled_from(["Wrong", " "]))),
    st.tuples(
        st.sampled_from(
            ["send", "serve", "close", "close", "reopen", "void", "settle", "bill", "card"]
        ),
        st.none(),
    ),
)


class Life:
    """One tab, what it should come to, and everything that can be tried on it."""

    def __init__(self, venue, by, menu):
        self.by, self.menu = by, menu
        self.tab_id = tabs.open_tab(venue=venue, by=by, now=EVENING, token_code="MINT-01").id
        self.now = EVENING

    def take(self, name, fact):
        """Whether the step was let through."""
        self.now += timedelta(minutes=1)
        who = {"tab_id": self.tab_id, "by": self.by, "now": self.now}
        try:
            with transaction.atomic():
                getattr(self, name)(who, fact)
        except DomainError:
            return False
        return True

    def add(self, who, wanted):
        lines.add_lines(
            wanted=[NewLine(item_id=self.menu[name].id, quantity=n) for name, n in wanted], **who
        )

    def change(self, who, fact):
        index, quantity = fact
        lines.change_line(line_id=self.line(index), quantity=quantity, **who)

    def remove(self, who, index):
        lines.remove_line(line_id=self.line(index), **who)

    def void_line(self, who, fact):
        index, reason = fact
        lines.void_line(line_id=self.line(index), reason=reason, **who)

    def line(self, index):
        found = list(Line.objects.filter(tab_id=self.tab_id).in_order())
        return found[index % len(found)].id if found else self.tab_id

    def send(self, who, _fact):
        tabs.send_lines(**who)

    def serve(self, who, _fact):
        tabs.mark_served(**who)

    def close(self, who, _fact):
        tabs.close_tab(**who)

    def reopen(self, who, _fact):
        tabs.reopen_tab(reason="More", **who)

    def void(self, who, _fact):
        tabs.void_tab(reason="By mistake", **who)

    def settle(self, who, _fact):
        tabs.mark_settled(tab_id=who["tab_id"], now=who["now"])

    def bill(self, who, _fact):
        tabs.ask_for_bill(tab_id=who["tab_id"], now=who["now"])

    def card(self, who, _fact):
        tabs.change_card(token_code="PLUM-02", **who)

    def everything(self):
        """All that a step could have changed."""
        return (
            Tab.objects.values().get(id=self.tab_id),
            list(Line.objects.filter(tab_id=self.tab_id).order_by("position").values()),
            TabEvent.objects.filter(tab_id=self.tab_id).count(),
            Venue.objects.values().get(),
        )


def agree(before, after):
    """A step that was let through left the tab as it must be."""
    tab, stored, told, venue = after
    tab_before, stored_before, told_before, venue_before = before
    worth = sum(
        line["unit_price_minor"] * line["quantity"] for line in stored if not line["voided_at"]
    )
    assert tab["total_minor"] == worth
    assert tab["status"] == tab_before["status"] or tab["status"] in MOVES[tab_before["status"]]
    assert (tab["token_card_id"] is None) or tab["status"] == TabStatus.OPEN
    assert (tab["closed_at"] is None) == (tab["status"] == "open" or tab["closings"] == 0)
    assert all(line["sent_at"] or not line["served_at"] for line in stored)
    gone = {line["id"] for line in stored_before} - {line["id"] for line in stored}
    assert not any(line["sent_at"] for line in stored_before if line["id"] in gone)
    if tab != tab_before or stored != stored_before:
        assert told > told_before
        assert venue["board_version"] > venue_before["board_version"]


@pytest.mark.django_db
@given(steps=st.lists(steps, max_size=12))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_tab_lives_as_drawn_and_is_worth_its_lines(larkspur, ada, mint, steps):
    with transaction.atomic():
        menu = {name: factories.make_item(larkspur, name, minor) for name, minor in SOLD.items()}
        life = Life(larkspur, ada, menu)
        for name, fact in steps:
            before = life.everything()
            if life.take(name, fact):
                agree(before, life.everything())
            else:
                assert life.everything() == before
        bill = bills.get_bill(tab_id=life.tab_id)
        assert bill.tab.total == bill.totals.total == bill.total
        transaction.set_rollback(True)
