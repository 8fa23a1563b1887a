"""The same thing done by several people at once, with real threads on a real database."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Customer, Membership, Message, Tab, TabClaim, TabEvent, Venue
from orders.rules.roles import Role
from orders.selectors import bills
from orders.services import claims, customers, idempotency, lines, memberships, messages, tabs
from orders.services.lines import NewLine
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4
ROUNDS = 5


@pytest.fixture(autouse=True)
def _no_broker(heard_facts):
    """Facts are heard here and nobody is nudged."""


def at_once(*acts):
    """Do everything at the same moment; what each came to, a refusal by its code."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_of_several_closings_wins(larkspur, ada, scone):
    for _ in range(ROUNDS):
        tab = factories.make_tab(larkspur, ada, scone)

        outcomes = at_once(
            *[lambda t=tab: tabs.close_tab(tab_id=t.id, by=ada, now=EVENING).status] * PEOPLE
        )

        assert Counter(outcomes) == {"closed": 1, "illegal_move": PEOPLE - 1}
        assert Tab.objects.get(id=tab.id).closings == 1
        assert TabEvent.objects.filter(tab=tab, kind="closed").count() == 1


def test_a_double_click_opens_one_tab(larkspur, ada, mint):
    for number in range(ROUNDS):
        opened = at_once(
            *[
                lambda key=f"click {number}": tabs.open_tab(
                    venue=larkspur, by=ada, now=EVENING, token_code="MINT-01", request_key=key
                )
            ]
            * PEOPLE
        )

        assert len({tab.id for tab in opened}) == 1
        tabs.void_tab(tab_id=opened[0].id, by=ada, now=EVENING, reason="Next round")
    assert Venue.objects.get(id=larkspur.id).next_tab_number == ROUNDS + 1


def test_a_card_goes_to_one_of_several_tabs(larkspur, ada, mint):
    for _ in range(ROUNDS):
        outcomes = at_once(
            *[lambda: tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="MINT-01").id]
            * PEOPLE
        )

        assert Counter(outcomes)["token_in_use"] == PEOPLE - 1
        holder = Tab.objects.open().get()
        tabs.void_tab(tab_id=holder.id, by=ada, now=EVENING, reason="Next round")


def test_numbers_are_given_once(larkspur, ada):
    opened = at_once(
        *[lambda: [factories.make_tab(larkspur, ada).number for _ in range(ROUNDS)]] * PEOPLE
    )

    numbers = sorted(number for mine in opened for number in mine)
    assert numbers == list(range(1, PEOPLE * ROUNDS + 1))


def test_lines_added_together_all_count(larkspur, ada, scone):
    tab = factories.make_tab(larkspur, ada)

    def add():
        for _ in range(ROUNDS):
            lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id)])

    at_once(*[add] * PEOPLE)

    bill = bills.get_bill(tab_id=tab.id)
    assert bill.tab.total == bill.total == Money(320 * PEOPLE * ROUNDS, "EUR")
    assert sorted(line.position for line in bill.lines) == list(range(1, PEOPLE * ROUNDS + 1))


def test_a_line_is_on_the_closed_tab_or_refused(larkspur, ada, scone):
    for _ in range(ROUNDS):
        tab = factories.make_tab(larkspur, ada, scone)

        _closed, added = at_once(
            lambda t=tab: tabs.close_tab(tab_id=t.id, by=ada, now=EVENING),
            lambda t=tab: lines.add_lines(
                tab_id=t.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id)]
            ),
        )

        bill = bills.get_bill(tab_id=tab.id)
        assert bill.tab.total == bill.totals.total
        assert len(bill.lines) == (1 if added == "tab_not_open" else 2)


def test_the_same_tap_adds_one_line(larkspur, ada, scone):
    tab = factories.make_tab(larkspur, ada)
    wanted = [NewLine(item_id=scone.id, request_key="tap")]

    at_once(*[lambda: lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)] * PEOPLE)

    assert tab.lines.count() == 1


def test_one_of_several_first_scans_wins(larkspur, ada, scone, mint):
    tab = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")

    outcomes = at_once(
        *[
            lambda browser=f"browser-{number}": claims.scan(
                tab=tab, browser_digest=browser, now=EVENING
            )
            for number in range(PEOPLE)
        ]
    )

    assert sum(claim is not None for claim in outcomes) == 1
    assert TabClaim.objects.granted().count() == 1


def test_a_guest_is_put_on_file_once(larkspur):
    found = at_once(
        *[
            lambda: customers.find_or_create(
                venue=larkspur, name="", email="donal@keane.example", phone="", now=EVENING
            )
        ]
        * PEOPLE
    )

    assert {customer.id for customer in found} == {Customer.objects.get().id}


def test_a_mail_is_sent_by_one_of_several_workers(larkspur, ada, scone):
    tab = factories.make_tab(larkspur, ada, scone)
    for number in range(ROUNDS):
        factories.make_message(tab, f"request:{number}")

    counts = at_once(*[lambda: messages.send_due(now=EVENING)] * PEOPLE)

    assert sum(counts) == ROUNDS
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_mail_is_written_once(larkspur, ada, scone):
    tab = factories.make_tab(larkspur, ada, scone)

    written = at_once(*[lambda: factories.make_message(tab, "request:1").id] * PEOPLE)

    assert set(written) == {Message.objects.get().id}


def test_one_of_several_equal_requests_does_the_work(larkspur):
    outcomes = at_once(
        *[lambda: idempotency.begin(venue=larkspur, key="key", fingerprint="one", now=EVENING)]
        * PEOPLE
    )

    assert Counter(outcomes) == {None: 1, "idempotency_in_progress": PEOPLE - 1}


def test_two_owners_cannot_leave_a_venue_to_nobody(db):
    for number in range(ROUNDS):
        venue = factories.make_venue(f"Place {number}")
        for name in ("Olga", "Orla"):
            factories.make_user(f"{name}{number}", venue=venue, role=Role.OWNER)

        outcomes = at_once(
            *[
                lambda owner=owner: memberships.leave(membership=owner, now=EVENING).role
                for owner in Membership.objects.filter(venue=venue).select_related("user")
            ]
        )

        assert Counter(outcomes) == {"owner": 1, "last_owner": 1}
