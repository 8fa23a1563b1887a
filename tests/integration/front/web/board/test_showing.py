"""What the board shows, to whom, and in how many statements."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.front.pages.board import Wanted, get_board, summarise
from config.kernel.money import Money
from orders.models import Line, Membership, Tab, TermsVersion
from orders.rules.tab_states import TabStatus
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.board.conftest import BOARD, SOON
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db
# What the board itself asks, whether it is polled or not. What is owed is summed apart from reading
# the few that are shown, or a venue with thousands of unpaid tabs would wait for all of them.
MOST_QUERIES = 9
# The whole page asks once more: whether Stripe takes the keys its guests pay by.
MOST_QUERIES_OF_PAGE = MOST_QUERIES + 1


@pytest.fixture
def later(larkspur, ada, scone):
    """Makes tabs that pay later: `later("Marcus", days=3)` was closed three days ago."""

    def make(name, *, days=0, email=""):
        then = EVENING - timedelta(days=days)
        tab = factories.make_tab(larkspur, ada, scone, guest_name=name, email=email, now=then)
        return closing.close_and_request(tab_id=tab.id, by=ada, now=then).tab

    return make


@pytest.fixture
def board_of():
    """What somebody's board holds."""

    def look(user, *, now=SOON, **wanted):
        member = Membership.objects.select_related("venue", "user").get(user=user)
        return get_board(member, wanted=Wanted(**wanted), now=now)

    return look


def take(tab, by, minor, *, tip=0):
    counter.record_counter_payment(
        tab_id=tab.id,
        by=by,
        taken=Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money(tip, "EUR")),
        request_key=uuid4().hex,
        now=EVENING,
    )


# --- What it shows -------------------------------------------------------------------------------
def test_the_longest_open_stand_first_with_what_is_on_them(larkspur, ada, scone, flat_white, size):
    young = factories.make_tab(larkspur, ada, scone, label="Table 2")
    old = tabs.open_tab(
        venue=larkspur, by=ada, now=EVENING - timedelta(minutes=105), label="Table 9"
    )
    large = size.modifiers.get(name="Large")
    wanted = [NewLine(item_id=flat_white.id, quantity=2, modifier_ids=[large.id])]
    lines.add_lines(tab_id=old.id, by=ada, now=EVENING, wanted=wanted)

    page = browser_of(ada).get(BOARD).content.decode()

    assert page.index(str(old.id)) < page.index(str(young.id))
    assert "2 × Flat white with Large" in page
    assert "1 h 50" in page
    assert "€8.80" in page


def test_a_tab_is_served_once_everything_on_it_was_brought(tab, ada, scone, board_of):
    tabs.mark_served(tab_id=tab.id, by=ada, now=EVENING)
    [served] = board_of(ada).room
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id)])
    [not_any_more] = board_of(ada).room

    assert (served.state, not_any_more.state) == ("served", "open")


def test_those_who_pay_later_stand_worst_first_with_what_is_left(ada, later, board_of):
    later("Hugo")
    late = later("Marcus", days=3)
    take(late, ada, 120)

    rows = board_of(ada).later

    assert [(row.tab.guest_name, row.state) for row in rows] == [
        ("Marcus", "overdue"),
        ("Hugo", "due"),
    ]
    assert (rows[0].owing.balance, rows[0].owing.paid) == (Money(200, "EUR"), Money(120, "EUR"))


def test_a_tab_becomes_overdue_by_time_alone(ada, later, board_of):
    later("Hugo")

    [in_time] = board_of(ada).later
    [late] = board_of(ada, now=EVENING + timedelta(days=2)).later

    assert (in_time.state, late.state) == ("due", "overdue")


def test_the_strip_adds_today_up(larkspur, ada, tab, later, board_of):
    later("Hugo")
    later("Marcus", days=3)
    take(later("Paid", days=1), ada, 320, tip=100)

    strip = board_of(ada).strip

    assert (strip.open_now, strip.open_count) == (Money(320, "EUR"), 1)
    assert (strip.awaiting, strip.awaiting_count) == (Money(320, "EUR"), 1)
    assert (strip.overdue, strip.overdue_count) == (Money(320, "EUR"), 1)
    assert strip.oldest_days == 2
    assert strip.takings.collected == Money(320, "EUR")
    assert (strip.takings.tips, strip.takings.payments) == (Money(100, "EUR"), 1)


def test_filters_narrow_and_count(ada, niamh, tab, later, larkspur, scone, board_of):
    later("Hugo")
    part = later("Aoife")
    take(part, ada, 20)
    hers = factories.make_tab(larkspur, niamh, scone, label="Bar")

    counts = {chip.key: chip.count for chip in board_of(ada).chips}
    parts = board_of(ada, state="part")
    mine = board_of(niamh, state="mine")

    assert counts == {
        "": 4, "open": 2, "served": 0, "due": 1, "part": 1, "overdue": 0, "mine": 3
    }  # fmt: skip
    assert ([row.tab.id for row in parts.later], parts.room) == ([part.id], ())
    assert [card.tab.id for card in mine.room] == [hers.id]


@pytest.mark.parametrize("words", ["mint 1", "MINT-01", "table 4", "dónal", "#1"])
def test_tabs_are_found_by_token_place_and_name(larkspur, ada, scone, mint, board_of, words):
    wanted = factories.make_tab(
        larkspur, ada, scone, label="Table 4", guest_name="Dónal Keane", token_code=mint.code
    )
    factories.make_tab(larkspur, ada, scone, label="Garden", guest_name="Ellis")

    found = board_of(ada, words=words)

    assert [card.tab.id for card in found.room] == [wanted.id]


def test_only_the_first_rows_show_until_all_are_asked_for(ada, later, board_of):
    for name in "ABCDEFGHIJ":
        later(name)

    first, everything = board_of(ada), board_of(ada, show_all=True)

    assert (len(first.later), first.hidden, first.later_count) == (8, 2, 10)
    assert (len(everything.later), everything.hidden) == (10, 0)


def test_a_quiet_place_says_so(ada):
    page = browser_of(ada).get(BOARD).content.decode()

    assert "All quiet" in page


@pytest.mark.parametrize(
    ("on_it", "said"),
    [
        ([], ""),
        ([("Tea", 1)], "Tea"),
        ([("Tea", 2), ("Tea", 1), ("Cake", 1)], "3 × Tea, Cake"),
        ([("A", 1), ("B", 1), ("C", 1), ("D", 2), ("E", 1)], "A, B, C and 3 more"),
    ],
)
def test_a_tab_is_summed_up_in_one_line(on_it, said):
    assert summarise(on_it) == said


def test_money_is_written_as_the_venue_writes_it(sora, odile):
    cut = factories.make_item(odile, "Cut", 45_000)
    factories.make_tab(odile, sora, cut, label="Chair 1")

    page = browser_of(sora).get("/v/salon-odile/").content.decode()

    assert "₩45,000" in page
    assert "Saturday 7 March, <time" in page  # It is already tomorrow in Seoul.


# --- How much it asks ----------------------------------------------------------------------------
def queries_of(user, *, polled=False):
    browser = htmx_of(user) if polled else browser_of(user)
    browser.get(BOARD)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(BOARD).status_code == 200
    return len(asked)


def test_it_asks_as_often_for_three_tabs_as_for_one(larkspur, ada, scone, tab, later):
    later("Hugo", email="hugo@example.org")
    one = queries_of(ada)
    for number in range(2):
        factories.make_tab(larkspur, ada, scone, label=str(number), email=f"{number}@example.org")
        later(str(number), email=f"late-{number}@example.org")

    assert (queries_of(ada), one) == (one, one)
    assert one <= MOST_QUERIES_OF_PAGE
    assert queries_of(ada, polled=True) <= MOST_QUERIES


@pytest.mark.slow
def test_it_asks_no_more_for_two_hundred_tabs_among_a_hundred_thousand(larkspur, ada, scone):
    terms = TermsVersion.objects.get(venue=larkspur)

    def tab(number, **fields):
        return Tab(
            venue=larkspur,
            number=number,
            terms=terms,
            currency="EUR",
            total_minor=320,
            opened_by=ada,
            opened_at=EVENING,
            **fields,
        )

    ended = {"status": TabStatus.SETTLED, "closed_at": EVENING, "due_at": EVENING}
    Tab.objects.bulk_create(
        (tab(number, settled_at=EVENING, **ended) for number in range(1_000, 101_000)),
        batch_size=1_000,
    )
    opened = Tab.objects.bulk_create(tab(number) for number in range(200))
    Line.objects.bulk_create(
        Line(
            tab=each,
            item=scone,
            position=1,
            name="Scone",
            quantity=1,
            unit_price_minor=320,
            currency="EUR",
            tax_rate=0,
            added_by=ada,
            added_at=EVENING,
        )
        for each in opened
    )

    assert queries_of(ada) <= MOST_QUERIES_OF_PAGE
    assert queries_of(ada, polled=True) <= MOST_QUERIES
