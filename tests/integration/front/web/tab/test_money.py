"""The link and the counter on a tab's page."""

from __future__ import annotations

import pytest

from config.front.pages.counter import count, likely
from config.kernel.money import Money
from orders.models import GuestLink, Message
from payments.models import CounterPayment
from tests.integration.front.web.tab_page import page_of, pay
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db


def test_the_link_goes_out_again_to_another_address(closed, ada):
    answer = htmx_of(ada).post(to_tab(closed, "link"), {"email": "grace@example.org"})

    assert answer["HX-Redirect"] == to_tab(closed)
    assert Message.objects.get(tab=closed).to == "grace@example.org"


def test_without_any_address_it_asks_for_one(closed, ada):
    answer = htmx_of(ada).post(to_tab(closed, "link"), {"email": ""})

    assert answer.status_code == 422
    assert answer.context["form"].errors["email"] == ["There is no email address on this tab yet."]


def test_the_link_can_be_copied_any_time(closed, ada):
    browser = browser_of(ada)

    pages = [browser.post(to_tab(closed, "link", "copy")).content.decode() for _ in range(2)]

    tokens = {page.partition("http://testserver/p/")[2].partition("/")[0] for page in pages}
    assert len(tokens) == 2
    assert GuestLink.objects.filter(tab=closed).count() == 3


def test_a_link_asks_for_what_is_left(closed, ada):
    pay(ada, closed, received="1.20", shown="120")

    answer = browser_of(ada).post(to_tab(closed, "link", "copy"))

    assert answer.context["to_pay"] == Money(200, "EUR")


@pytest.mark.parametrize("parts", [("link",), ("link", "copy")])
def test_an_open_tab_has_no_link(tab, ada, parts):
    plain = browser_of(ada).post(to_tab(tab, *parts), {"email": "grace@example.org"})
    by_htmx = htmx_of(ada).post(to_tab(tab, *parts), {"email": "grace@example.org"})

    assert plain.status_code == by_htmx.status_code == 409
    assert "This tab is not waiting for a payment." in plain.content.decode()
    assert by_htmx["HX-Redirect"] == to_tab(tab)


def test_the_counter_starts_with_exactly_what_is_left(closed, ada):
    page = browser_of(ada).get(to_tab(closed, "counter")).content.decode()

    assert 'value="3.20"' in page
    assert "Record €3.20 cash" in page


def test_change_is_reckoned_by_the_server(closed, ada):
    quote = htmx_of(ada).get(
        to_tab(closed, "counter"),
        {"received": "5", "tip": "0.50"},
        headers={"HX-Target": "quote"},
    )

    counted = quote.context["counted"]
    assert (counted.amount, counted.tip, counted.change) == (
        Money(320, "EUR"),
        Money(50, "EUR"),
        Money(130, "EUR"),
    )
    assert "HX-Retarget" not in quote


def test_cash_settles_the_tab_and_says_the_change(closed, ada):
    answer = pay(ada, closed, received="5.00", shown="320")

    closed.refresh_from_db()
    paid = CounterPayment.objects.get()
    assert closed.is_settled
    assert (paid.amount_minor, paid.received_minor) == (320, 500)
    assert "€3.20 recorded. Give €1.80 back." in answer.content.decode()


def test_part_of_it_in_cash_leaves_the_rest(closed, ada):
    pay(ada, closed, received="1.20", shown="120")

    page = page_of(closed, ada)
    assert 'data-state="part"' in page
    assert "€1.20 of €3.20 paid" in page


def test_what_was_not_shown_is_not_recorded(closed, ada):
    answer = pay(ada, closed, received="2.00", shown="320")

    assert answer.status_code == 409
    assert "Nothing was recorded yet." in answer.content.decode()
    assert "Record €2.00 cash" in answer.content.decode()
    assert not CounterPayment.objects.exists()


def test_pressing_twice_takes_money_once(closed, ada):
    pay(ada, closed, received="1.00", shown="100")
    pay(ada, closed, received="1.00", shown="100")

    assert CounterPayment.objects.count() == 1


def test_a_terminal_gives_no_change(closed, ada):
    answer = pay(ada, closed, how="?how=other", method="card_terminal", received="5", shown="500")

    assert answer.status_code == 409
    assert "is left to pay. Give the rest back" in answer.content.decode()
    assert not CounterPayment.objects.exists()


def test_a_bank_transfer_is_noted(closed, ada):
    pay(ada, closed, how="?how=other", method="bank_transfer", received="3.20", shown="320")

    assert CounterPayment.objects.get().method == "bank_transfer"


@pytest.mark.parametrize("received", ["", "abc", "0", "-1", "1.005", "99999999999999"])
def test_amounts_that_are_none_are_asked_again(closed, ada, received):
    answer = pay(ada, closed, received=received, shown="320")

    assert answer.status_code == 422
    assert answer.context["form"].errors["received"]
    assert not CounterPayment.objects.exists()


def test_nothing_is_taken_on_a_tab_that_owes_nothing(tab, ada):
    answer = browser_of(ada).get(to_tab(tab, "counter"))

    assert (answer.status_code, answer["Location"]) == (302, to_tab(tab))


@pytest.mark.parametrize(
    ("minor", "currency", "guesses"),
    [
        (4430, "EUR", [4430, 4500, 5000, 6000]),
        (2180, "EUR", [2180, 2200, 2500, 3000]),
        (38_500, "KRW", [38_500, 39_000, 40_000]),
        (1_250, "KWD", [1_250, 1_300, 1_500, 2_000]),
        (5000, "EUR", [5000, 6000]),
    ],
)
def test_likely_sums_are_round(minor, currency, guesses):
    assert [each.minor for each in likely(Money(minor, currency))] == guesses


def test_a_tip_larger_than_what_came_is_no_payment():
    counted = count(
        Money(100, "EUR"), tip=Money(200, "EUR"), open_amount=Money(320, "EUR"), gives_change=True
    )

    assert counted.amount == Money(-100, "EUR")
