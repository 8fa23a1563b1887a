"""My items: whole lines, each for one payer, and nothing lost between them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money, total
from orders.models import CatalogueItem, Category
from orders.services import lines, tabs
from orders.services.lines import NewLine
from payments.gateway.snapshots import PageStatus
from payments.models import AttemptLine
from payments.rules.allocation import (
    Choice,
    LineTaken,
    NothingChosen,
    PartTooLarge,
    PayMode,
    share_out,
)
from payments.selectors import receipts, shares
from payments.services import checkout, closing, snapshots
from payments.services.checkout import Wish
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(larkspur, ada):
    """Three friends: a flat white for 3.80, two scones for 6.40, a soup for 8.50."""
    category = Category.objects.create(venue=larkspur, name="For friends")
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING, label="Table 9")
    for name, price, quantity in (("Coffee", 380, 1), ("Scone", 320, 2), ("Soup", 850, 1)):
        item = CatalogueItem.objects.create(
            venue=larkspur, category=category, name=name, price_minor=price
        )
        wanted = [NewLine(item_id=item.id, quantity=quantity)]
        lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab


@pytest.fixture
def choose(table):
    """Opens a page for the lines of these names."""

    def make(*names, shown, payer="first", now=EVENING):
        chosen = table.lines.filter(name__in=names).values_list("id", flat=True)
        wish = Wish(
            choice=Choice(mode=PayMode.ITEMS, line_ids=tuple(chosen)),
            tip=Money(0, "EUR"),
            shown=Money(shown, "EUR"),
            payer_digest=payer,
            payer_email="",
            return_url="https://tab.example/{attempt}/",
            back_url="https://tab.example/",
            locale="en",
        )
        return checkout.open_page(tab_id=table.id, wish=wish, now=now)

    return make


def test_chosen_lines_are_reserved_as_a_whole(choose):
    attempt = choose("Coffee", "Scone", shown=1020)

    assert attempt.amount == Money(1020, "EUR")
    assert sorted(attempt.chosen.values_list("amount_minor", flat=True)) == [380, 640]


def test_a_line_is_for_one_payer(choose, table):
    choose("Coffee", shown=380)

    with pytest.raises(LineTaken):
        choose("Coffee", "Soup", shown=1230, payer="second")

    assert choose("Soup", shown=850, payer="second").amount == Money(850, "EUR")


def test_friends_who_choose_everything_settle_the_tab(choose, table, book):
    for payer, name, price in (("a", "Coffee", 380), ("b", "Scone", 640), ("c", "Soup", 850)):
        attempt = choose(name, shown=price, payer=payer)
        book.pay(attempt.session_id, at=SOON)
        snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON)

    table.refresh_from_db()
    assert table.is_settled


def test_a_receipt_marks_what_its_payer_ticked(choose, table, book):
    attempt = choose("Coffee", "Scone", shown=1020)
    book.pay(attempt.session_id, at=SOON)
    snapshots.apply_checkout(book.pages[attempt.session_id], now=SOON)

    paper = receipts.list_of(tab=table)[0]

    assert {line.name for line in paper.chosen} == {"Coffee", "Scone"}
    assert {line.name for line in paper.lines} == {"Coffee", "Scone", "Soup"}


def test_a_paid_line_stays_taken_and_a_free_one_comes_back(choose, table, book):
    paid = choose("Coffee", shown=380)
    book.pay(paid.session_id, at=SOON)
    snapshots.apply_checkout(book.pages[paid.session_id], now=SOON)
    given_up = choose("Soup", shown=850, payer="second")
    book.run_out(given_up.session_id)
    snapshots.apply_checkout(book.pages[given_up.session_id], now=SOON)

    taken = {
        table.lines.get(id=share.line_id).name
        for share in shares.get_shares(tab=table)
        if share.is_taken
    }

    assert taken == {"Coffee"}


def test_other_lines_of_the_same_price_close_the_page_from_before(choose, table, book):
    table.lines.filter(name="Soup").update(unit_price_minor=380)
    table.lines.filter(name="Scone").update(unit_price_minor=555)

    first = choose("Coffee", shown=380)
    second = choose("Soup", shown=380)

    first.refresh_from_db()
    assert first.state == "superseded"
    assert second.chosen.get().line.name == "Soup"


def test_earlier_parts_come_off_the_rest_and_never_off_a_line(choose, table, wish):
    checkout.open_page(tab_id=table.id, wish=wish(1100, amount=1100, payer="generous"), now=EVENING)

    with pytest.raises(PartTooLarge):
        choose("Soup", shown=850, payer="second")

    assert choose("Scone", shown=640, payer="second").amount == Money(640, "EUR")


def test_nothing_ticked_is_said(choose):
    with pytest.raises(NothingChosen):
        choose(shown=0)

    assert AttemptLine.objects.count() == 0


worths = st.lists(st.integers(min_value=0, max_value=100_000), min_size=1, max_size=12)


@given(
    worths=worths,
    rate=st.sampled_from(["0", "0.1", "0.23", "0.125"]),
    currency=st.sampled_from(["EUR", "KRW", "KWD"]),
)
def test_the_lines_together_are_the_tab(worths, rate, currency):
    step = 10 if currency == "KWD" else 1
    amounts = {number: Money(worth * step, currency) for number, worth in enumerate(worths)}
    plain = total(list(amounts.values()), currency)
    whole = plain + plain.percent(Decimal(rate) * 100)

    shared = share_out(whole, amounts, taken=())

    assert total([share.amount for share in shared], currency) == whole
    assert all(share.amount.minor % step == 0 for share in shared)


def test_a_page_left_open_by_its_payer_is_closed_for_other_lines(choose, book):
    choose("Coffee", shown=380)
    choose("Soup", shown=850)

    assert book.pages["cs_1"].status == PageStatus.EXPIRED
    assert book.pages["cs_2"].status == PageStatus.OPEN
