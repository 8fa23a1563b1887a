"""The pay page: every state of a tab, every way to pay, and no way to pay by accident."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from config.kernel.money import Money
from config.kernel.tokens import digest
from orders.models import TabClaim, TabEvent
from orders.rules.roles import Role
from orders.services import claims, links, party, venues
from orders.services import lines as line_services
from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.models import CheckoutAttempt, GatewayOperation
from payments.rules.accounts import CounterMethod
from payments.rules.attempt_states import AttemptState
from payments.services import checkout, closing, counter, reopening
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db

ALL = {"mode": "all", "tip": "0", "shown": "2180"}


def press(client, page, **fields):
    return client.post(f"{page}payments/", ALL | fields)


def ask(client, page, **fields):
    return client.post(f"{page}quote/", ALL | fields)


def shown_in(answer):
    return int(re.search(r'name="shown" value="(\d+)"', answer.content.decode())[1])


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


# --- How much ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "charge"),
    [
        ({}, 2180),
        ({"tip": "10"}, 2398),
        ({"tip": "other", "tip_amount": "3"}, 2480),
        ({"tip": "other", "tip_amount": "0"}, 2180),
        ({"tip": "0", "tip_amount": "3"}, 2180),
        ({"mode": "share"}, 1090),
        ({"mode": "share", "ways": "3"}, 727),
        ({"mode": "share", "ways": "3", "tip": "5"}, 763),
        ({"mode": "share", "ways": "3", "amount": "10,00"}, 1000),
        ({"mode": "all", "amount": "10.00", "ways": "7"}, 2180),
    ],
)
def test_the_server_works_out_every_choice(client, page, book, fields, charge):
    worked_out = shown_in(ask(client, page, **fields))
    answer = press(client, page, **fields, shown=str(charge))

    assert worked_out == charge
    assert answer["Location"] == "https://pages.example/cs_1"
    assert book.charges == {"cs_1": Money(charge, "EUR")}


def test_a_choice_comes_back_as_the_form_alone_for_htmx(client, page):
    answer = client.post(f"{page}quote/", ALL | {"tip": "10"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert text.lstrip().startswith("<form")
    assert 'id="quote"' in text
    assert 'id="paybar"' in text
    assert "Pay €23.98" in text


def test_asking_for_sums_reserves_nothing(client, page, book):
    ask(client, page, mode="share")

    assert book.calls == []
    assert CheckoutAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "everything"}, "everything is not one of the available choices"),
        ({"tip": "999"}, "999 is not one of the available choices"),
        ({"tip": "-5"}, "-5 is not one of the available choices"),
        ({"tip": "other"}, "Write your tip, or choose No tip."),
        ({"tip": "other", "tip_amount": "-3"}, "The amount must be more than zero."),
        ({"tip": "other", "tip_amount": "NaN"}, "Write an amount such as 12.50."),
        ({"mode": "share", "ways": "1"}, "greater than or equal to 2"),
        ({"mode": "share", "ways": "1e9"}, "Enter a whole number."),
        ({"mode": "share", "amount": "1.005"}, "Write an amount such as 12.50."),
        ({"mode": "share", "amount": "0"}, "The amount must be more than zero."),
        ({"mode": "share", "amount": "9" * 15}, "more than can be charged at once"),
        ({"email": "donal@"}, "Enter a valid email address."),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Enter a valid email address."),
        ({"shown": "lots"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_said_and_nothing_is_opened(client, page, book, fields, words):
    answer = press(client, page, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert book.calls == []


def test_input_is_kept_when_something_is_wrong(client, page):
    fields = {"mode": "share", "amount": "10.00", "tip": "other", "tip_amount": "nothing"}

    text = press(client, page, **fields).content.decode()

    assert 'value="share" checked' in text
    assert 'name="amount" value="10.00"' in text
    assert 'name="tip_amount" value="nothing"' in text
    assert 'value="other" checked' in text


@pytest.mark.parametrize(
    ("amount", "title"),
    [
        ("21.81", "That is more than what is left"),
        ("21.50", "That would leave too little for a card"),
        ("0.10", "That is too little for a card"),
    ],
)
def test_a_part_that_cannot_be_is_explained_and_has_no_button(client, page, book, amount, title):
    asked = ask(client, page, mode="share", amount=amount).content.decode()
    pressed = press(client, page, mode="share", amount=amount, shown="2180")

    assert title in asked
    assert 'name="shown"' not in asked
    assert pressed.status_code == 422
    assert title in pressed.content.decode()
    assert "€0." in pressed.content.decode() or "more than what is left" in asked
    assert book.calls == []


# --- Pressing Pay --------------------------------------------------------------------------------
def test_pressing_twice_opens_one_page(client, page, book):
    answers = [press(client, page) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer["Location"] for answer in answers} == {"https://pages.example/cs_1"}
    assert list(book.pages) == ["cs_1"]


def test_the_card_page_knows_where_to_come_back_to(client, page, book, token):
    press(client, page)

    attempt = CheckoutAttempt.objects.get()
    words = GatewayOperation.objects.get().params
    assert words["success_url"] == f"http://testserver{page}return/{attempt.id}/"
    assert words["cancel_url"] == f"http://testserver{page}?left={attempt.id}"
    assert words["email"] == "donal@example.org"


def test_addresses_follow_the_request_where_nothing_else_is_set(client, page, settings):
    settings.PUBLIC_URL_FOLLOWS_REQUEST = True
    settings.ALLOWED_HOSTS = ["192.168.1.20"]

    client.post(f"{page}payments/", ALL, headers={"Host": "192.168.1.20:8000"})

    words = GatewayOperation.objects.get().params
    assert words["success_url"].startswith("http://192.168.1.20:8000/p/")


def test_a_friends_page_does_not_show_the_guests_address(friend, page, closed_tab):
    let_in(friend, page, closed_tab)

    press(friend, page)

    assert GatewayOperation.objects.get().params["email"] == ""


def test_the_address_a_payer_types_gets_the_receipt(friend, page, closed_tab):
    let_in(friend, page, closed_tab)

    press(friend, page, email="friend@example.org")

    assert CheckoutAttempt.objects.get().payer_email == "friend@example.org"


@pytest.mark.parametrize("shown", ["2100", "1", "0", ""])
def test_another_sum_than_shown_is_never_charged(client, page, book, shown):
    answer = press(client, page, tip="10", shown=shown)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The total is now €23.98" in text
    assert "Nothing was charged. Check the total, then press Pay again." in text
    assert re.search(r'value="10" checked', text)
    assert book.pages == {}


def test_money_others_are_paying_is_not_offered_twice(client, friend, page, book):
    press(friend, page)

    looked = client.get(page)
    pressed = press(client, page)

    text = looked.content.decode()
    assert "Somebody is paying €21.80 right now" in text
    assert "If they don’t finish, you can pay from 20:06." in text
    assert "Pay €" not in text
    assert pressed.status_code == 409
    assert "Somebody else is paying right now" in pressed.content.decode()
    assert list(book.pages) == ["cs_1"]


def test_what_others_leave_can_be_paid(client, friend, page, book):
    press(friend, page, mode="share", amount="10.00", shown="1000")

    text = client.get(page).content.decode()
    answer = press(client, page, shown="1180")

    assert "Somebody is paying €10.00 right now" in text
    assert "Pay €11.80" in text
    assert answer.status_code == 303
    assert book.charges["cs_2"] == Money(1180, "EUR")


def test_pressing_again_while_nobody_answers_gives_the_same_page(client, page, book):
    press(client, page)
    book.fail_before.append(OutcomeUnknown("timeout"))

    answer = press(client, page)

    assert answer["Location"] == "https://pages.example/cs_1"
    assert list(book.pages) == ["cs_1"]


def test_no_second_page_while_the_first_cannot_be_closed(client, page, book):
    press(client, page)
    book.fail_before.append(CredentialsInvalid("no such key"))

    answer = press(client, page, tip="10", shown="2398")

    assert answer.status_code == 422
    assert "Nothing was charged." in answer.content.decode()
    assert list(book.pages) == ["cs_1"]


def test_a_changed_choice_closes_the_page_before(client, page, book):
    press(client, page)
    press(client, page, tip="10", shown="2398")

    states = list(
        CheckoutAttempt.objects.order_by("created_at", "tip_minor").values_list("state", flat=True)
    )
    assert states == ["superseded", "open"]


def test_no_answer_is_not_called_failed(client, page, book):
    book.fail_before.extend([OutcomeUnknown("timeout")] * 4)

    answer = press(client, page)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "We can’t reach the payment page" in text
    assert "Nothing was charged." in text
    assert CheckoutAttempt.objects.get().state == AttemptState.PREPARED


def test_refused_keys_lead_to_the_counter(client, page, book):
    book.fail_before.append(CredentialsInvalid("no such key"))

    text = press(client, page).content.decode()

    assert "Card payments do not work here right now" in text
    assert "no such key" not in text


def test_coming_back_without_paying_says_that_nothing_was_charged(client, page, book):
    press(client, page)
    attempt = CheckoutAttempt.objects.get()

    text = client.get(f"{page}?left={attempt.id}").content.decode()

    assert "You’re back, and nothing was charged" in text
    assert "Pay €21.80" in text


def test_coming_back_after_a_refused_card_says_so(client, page, book):
    press(client, page)
    attempt = CheckoutAttempt.objects.get()
    book.decline(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    text = client.get(f"{page}?left={attempt.id}").content.decode()

    assert "The card said no" in text


def test_coming_back_to_a_page_that_was_paid_says_thanks(client, page, book, ada):
    press(client, page, mode="share", amount="10.00", shown="1000")
    attempt = CheckoutAttempt.objects.get()
    book.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    answer = client.get(f"{page}?left={attempt.id}")

    assert answer["Location"] == f"{page}paid/{attempt.id}/"


@pytest.mark.parametrize("left", ["", "x", "00000000-0000-0000-0000-000000000000", "1' OR 1=1"])
def test_a_made_up_attempt_in_the_address_says_nothing(client, page, left):
    answer = client.get(page, {"left": left})

    assert answer.status_code == 200
    assert "nothing was charged" not in answer.content.decode()


def test_an_attempt_of_another_tab_says_nothing(client, open_page, larkspur, ada):
    attempt = open_page()
    token, _tab = closed_at(larkspur, minor=500, by=ada)

    text = client.get(f"/p/{token}/?left={attempt.id}").content.decode()

    assert "nothing was charged" not in text


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


def closed_at(venue, *, minor, by=None, rate="", count=1):
    """The token of a tab that was closed at this venue, and the tab."""
    by = by or factories.make_user(f"Somebody at {venue.slug}", venue=venue)
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal(rate)) if rate else None
    items = [
        factories.make_item(venue, f"Thing {number}", minor, tax=tax) for number in range(count)
    ]
    tab = factories.make_tab(venue, by, *items)
    closed = closing.close_and_request(tab_id=tab.id, by=by, now=EVENING)
    return closed.token, closed.tab


def let_in(phone, page, tab):
    """The first phone was the guest's; this one came in by the share code."""
    phone.get(page)
    from_cookie = digest(phone.cookies["guest"].value)
    claims.enter_share_code(
        tab_id=tab.id, browser_digest=from_cookie, code=tab.share_code, now=SOON
    )


def reopen(tab, niamh):
    reopening.reopen_tab(
        tab_id=tab.id, by=niamh, role=Role.MANAGER, reason="One more coffee", now=LATER
    )


def pay_at_counter(tab, ada, minor):
    taken = Taken(method=CounterMethod.CASH, amount=Money(minor, "EUR"), tip=Money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=tab.id, by=ada, taken=taken, request_key=f"press-{minor}", now=SOON
    )


def without_secrets(answer, token):
    text = answer.content.decode().replace(token, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_my_items_are_ticked_priced_and_opened(client, larkspur, ada):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=3)
    first, second, _third = tab.lines.in_order()
    ticked = {"mode": "items", "line": [str(first.id), str(second.id)]}

    quoted = client.post(f"/p/{token}/quote/", ticked).content.decode()
    answer = client.post(f"/p/{token}/payments/", ticked | {"shown": "1000"})

    assert "Your items" in quoted
    assert "Pay €10.00" in quoted
    assert quoted.count(" checked>") >= 3
    assert answer.status_code == 303


def test_an_item_of_somebody_else_is_taken_and_says_so(client, larkspur, ada):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=2)
    line = tab.lines.in_order()[0]
    wanted = {"mode": "items", "line": [str(line.id)], "shown": "500"}
    Client().post(f"/p/{token}/payments/", wanted)

    page = client.get(f"/p/{token}/").content.decode()
    answer = client.post(f"/p/{token}/payments/", wanted)

    assert page.count("Somebody else is paying for this, or has.") == 1
    assert f'value="{line.id}" disabled' in page
    assert answer.status_code == 422
    assert "One of these is taken" in answer.content.decode()


@pytest.mark.parametrize(
    "line", ["", "nonsense", "1' OR '1'='1", "00000000-0000-4000-8000-000000000000"]
)
def test_ticking_what_is_no_line_of_this_tab_is_ticking_nothing(client, larkspur, ada, line):
    token, tab = closed_at(larkspur, minor=500, by=ada, count=2)

    answer = client.post(f"/p/{token}/payments/", {"mode": "items", "line": line, "shown": "500"})

    assert answer.status_code == 422
    assert "Which of these are yours?" in answer.content.decode()
    assert tab.checkout_attempts.count() == 0
