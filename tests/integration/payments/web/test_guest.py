"""The pay page, looked at: every state of a tab, and links that open nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from orders.models import TabClaim, TabEvent
from orders.rules.roles import Role
from orders.services import lines as line_services
from orders.services import links, party
from payments.models import CheckoutAttempt, GatewayOperation
from payments.services import checkout, closing, reopening
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON
from tests.integration.payments.web.pay_page import (
    ALL,
    closed_at,
    let_in,
    pay_at_counter,
    press,
    reopen,
    shown_in,
    without_secrets,
)

pytestmark = pytest.mark.django_db


# --- Looking -------------------------------------------------------------------------------------
def test_it_says_the_sum_the_date_and_what_it_was_for(client, page):
    text = client.get(page).content.decode()

    assert "Your tab comes to" in text
    assert "Pay by <b>Saturday 7 March</b>. From your visit on Friday 6 March." in text
    assert "Shakshuka" in text
    assert text.count("Pay €21.80") == 2


def test_no_tip_is_chosen_beforehand(client, page):
    text = client.get(page).content.decode()

    assert re.search(r'name="tip" value="0" checked', text)
    assert len(re.findall(r'name="tip"[^>]* checked', text)) == 1
    assert "€1.09" in text
    assert "€2.18" in text


def test_looking_asks_nobody_and_reserves_nothing(client, page, book, closed_tab):
    for _look in range(3):
        client.get(page)
    client.head(page)

    assert book.calls == []
    assert (CheckoutAttempt.objects.count(), GatewayOperation.objects.count()) == (0, 0)
    assert TabClaim.objects.count() == 0


def test_the_first_opening_of_a_link_is_noted_once(client, page, closed_tab):
    for _look in range(2):
        client.get(page)

    assert TabEvent.objects.filter(tab=closed_tab, kind="link_opened").count() == 1


@pytest.mark.parametrize("headers", [{"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch"}])
def test_fetching_ahead_is_no_opening(client, page, closed_tab, headers):
    client.get(page, headers=headers)
    client.head(page)

    assert not TabEvent.objects.filter(tab=closed_tab, kind="link_opened").exists()


def test_the_page_tells_its_address_to_nobody(client, page):
    answer = client.get(page)

    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "nonce" not in answer.content.decode().partition("<body")[2]
    assert 'style="' not in answer.content.decode()


def test_the_page_travels_compressed_to_who_can_unpack_it(client, page):
    packed = client.get(page, headers={"Accept-Encoding": "gzip"})
    plain = client.get(page)

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 5000 < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]


def test_a_venues_own_colour_comes_with_a_nonce(client, page):
    answer = client.get(page)

    nonce = re.search(r'<style nonce="([^"]+)">:root { --brand-h', answer.content.decode())[1]
    assert f"'nonce-{nonce}'" in answer["Content-Security-Policy"]


def test_the_guest_is_greeted_by_the_first_name_only(client, page, closed_tab, ada):
    party.set_guest(tab_id=closed_tab.id, by=ada, now=SOON, name="Dónal Keane")

    text = client.get(page).content.decode()

    assert "Hello Dónal, your tab comes to" in text
    assert "Keane" not in text
    assert "donal@example.org" not in text


def test_a_friend_at_the_table_learns_nothing_about_the_guest(friend, page, closed_tab, ada):
    party.set_guest(tab_id=closed_tab.id, by=ada, now=SOON, name="Dónal Keane")
    let_in(friend, page, closed_tab)

    text = friend.get(page).content.decode()

    assert "Dónal" not in text
    assert 'name="email"' in text


def test_what_was_taken_off_is_crossed_out_with_who_and_why(client, open_tab, ada, shakshuka):
    voided = line_services.add_lines(
        tab_id=open_tab.id,
        by=ada,
        now=EVENING,
        wanted=[line_services.NewLine(item_id=shakshuka.id)],
        sent=True,
    )[0]
    line_services.void_line(
        tab_id=open_tab.id, line_id=voided.id, by=ada, now=SOON, reason="Made twice"
    )
    closed = closing.close_and_request(tab_id=open_tab.id, by=ada, now=SOON)

    text = client.get(f"/p/{closed.token}/").content.decode()

    assert "Taken off by Ada, Fri 6 Mar, 19:35: Made twice" in text
    assert text.count("Pay €21.80") == 2


@pytest.mark.parametrize("fixture", ["odile", "northfold"])
def test_amounts_are_written_in_the_venues_currency(client, request, fixture):
    venue = request.getfixturevalue(fixture)
    token, _tab = closed_at(venue, minor=12500)

    text = client.get(f"/p/{token}/").content.decode()

    amount = {"odile": "₩12,500", "northfold": "KWD\u00a012.500"}[fixture]
    assert f"Pay {amount}" in text
    assert ("The work comes to" in text) is (fixture == "northfold")


def test_prices_without_tax_show_the_tax_on_top(client, northfold, yousef):
    token, _tab = closed_at(northfold, minor=310000, rate="5", by=yousef)

    text = client.get(f"/p/{token}/").content.decode()

    assert re.search(r"Before VAT</dt><dd><data[^>]*>KWD.310\.000", text)
    assert re.search(r"VAT at 5%</dt><dd><data[^>]*>KWD.15\.500", text)
    assert re.search(r"Left to pay</dt><dd><data[^>]*>KWD.325\.500", text)


# --- Where a tab stands --------------------------------------------------------------------------
def test_a_part_paid_tab_asks_for_the_rest(client, page, closed_tab, ada):
    pay_at_counter(closed_tab, ada, 1000)

    text = client.get(page).content.decode()

    assert "What’s left of your tab is" in text
    assert "−€10.00" in text
    assert text.count("Pay €11.80") == 2


def test_a_late_tab_says_so_calmly(client, page, evening):
    evening[0] = EVENING + timedelta(days=5)

    text = client.get(page).content.decode()

    assert "This was due on <b>Saturday 7 March</b>. If something’s wrong, just tell us." in text
    assert "Pay €21.80" in text


def test_money_on_its_way_is_not_asked_for_again(client, page, book):
    press(client, page, mode="share", amount="10.00", shown="1000")
    attempt = CheckoutAttempt.objects.get()
    book.start_bank_debit(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    text = client.get(page).content.decode()

    assert "Your €10.00 is on its way" in text
    assert "Pay €11.80" in text


def test_a_reopened_tab_can_still_change(client, page, closed_tab, niamh):
    reopen(closed_tab, niamh)

    looked = client.get(page)
    pressed = press(client, page)

    text = looked.content.decode()
    assert looked.status_code == 200
    assert "Nothing to pay right now" in text
    assert "Shakshuka" in text
    assert "Pay €" not in text
    assert pressed["Location"] == page


def test_a_settled_tab_shows_its_receipts(client, page, closed_tab, ada):
    pay_at_counter(closed_tab, ada, 2180)

    text = client.get(page).content.decode()

    assert "This tab is settled" in text
    assert "R-2026-00001" in text
    assert "Cash at the counter" in text
    assert press(client, page)["Location"] == page


def test_a_voided_tab_asks_for_nothing(client, page, closed_tab, niamh):
    reopening.void_tab(
        tab_id=closed_tab.id, by=niamh, role=Role.MANAGER, reason="Opened by mistake", now=SOON
    )

    assert "There is nothing to pay" in client.get(page).content.decode()


def test_a_tab_given_up_on_asks_for_nothing(client, page, closed_tab):
    closed_tab.move_to("written_off")
    closed_tab.save(update_fields=["status"])

    assert "You are not asked to pay this any more" in client.get(page).content.decode()


def test_a_quote_on_a_tab_that_was_paid_meanwhile_leads_to_its_page(client, page, closed_tab, ada):
    pay_at_counter(closed_tab, ada, 2180)

    answer = client.post(f"{page}quote/", ALL, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == page


# --- Links that open nothing ---------------------------------------------------------------------
def test_a_revoked_link_and_one_that_never_was_look_the_same(client, page, token, closed_tab):
    links.revoke_all(tab_id=closed_tab.id, now=SOON)

    revoked = client.get(page)
    unknown = client.get(f"/p/{'x' * 43}/")

    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert without_secrets(revoked, token) == without_secrets(unknown, "x" * 43)


@pytest.mark.parametrize(
    "rest", ["quote/", "payments/", f"return/{'0' * 8}-0000-0000-0000-{'0' * 12}/"]
)
def test_no_door_opens_without_a_link(client, db, rest):
    path = f"/p/{'x' * 43}/{rest}"
    answer = client.get(path) if "return" in rest else client.post(path, ALL)

    assert answer.status_code == 404


def test_guessing_links_ends_soon(client, page):
    answers = [client.get(f"/p/guess-{number}/").status_code for number in range(32)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_honest_guests_of_a_full_room_are_not_counted(client, page):
    answers = {client.get(page).status_code for _look in range(40)}

    assert answers == {200}


def test_a_link_lives_ninety_days_after_the_end(client, page, closed_tab, ada, evening):
    pay_at_counter(closed_tab, ada, 2180)
    evening[0] = SOON + timedelta(days=89)
    before = client.get(page).status_code
    evening[0] = SOON + timedelta(days=91)

    assert (before, client.get(page).status_code) == (200, 404)


def test_forms_from_elsewhere_are_refused(page):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(f"{page}payments/", ALL).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_forms_of_ours_carry_their_proof(page, headers):
    strict = Client(enforce_csrf_checks=True)
    proof = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
    first = proof.search(strict.get(page).content.decode())[1]

    asked = strict.post(f"{page}quote/", ALL | {"csrfmiddlewaretoken": first}, headers=headers)
    second = proof.search(asked.content.decode())[1]
    paid = strict.post(f"{page}payments/", ALL | {"csrfmiddlewaretoken": second})

    assert (asked.status_code, paid.status_code) == (200, 303)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_the_page_itself_takes_no_orders(client, page, method):
    assert getattr(client, method)(page).status_code == 405


def test_the_whole_way_works_without_javascript(client, page, book):
    first = client.get(page)
    second = client.post(
        f"{page}quote/", {"mode": "share", "ways": "2", "tip": "5", "shown": shown_in(first)}
    )
    answer = client.post(
        f"{page}payments/",
        {"mode": "share", "ways": "2", "tip": "5", "shown": shown_in(second)},
    )
    attempt = CheckoutAttempt.objects.get()
    book.pay(attempt.session_id, at=SOON)
    back = client.get(f"{page}return/{attempt.id}/", follow=True)

    assert answer.status_code == 303
    assert back.redirect_chain == [(f"{page}paid/{attempt.id}/", 303)]
    assert "€11.45" in back.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(
    client, larkspur, ada, count, django_assert_num_queries
):
    token, _tab = closed_at(larkspur, minor=500, by=ada, count=count)
    client.get(f"/p/{token}/")

    # The last one asks whether Stripe takes the keys of the account this is paid into.
    with django_assert_num_queries(14):
        client.get(f"/p/{token}/")
