"""The page of one tab: what it tells, and what is decided there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.front.pages.counter import count, likely
from config.kernel import clock
from config.kernel.money import Money
from orders.models import GuestLink, Message, Tab, TabClaim, TabEvent
from orders.services import claims, lines, tabs
from orders.services.lines import NewLine
from payments.models import CheckoutAttempt, CounterPayment, MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID
from payments.services import closing
from tests import factories, fakes
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def soon(monkeypatch, settings):
    """Doors read the clock; here it stands still, and the processor is in memory."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def closed(tab, ada):
    """The tab at table 4, closed without an address: €3.20 is owed by tomorrow."""
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab


def page_of(tab, user):
    return browser_of(user).get(to_tab(tab)).content.decode()


# --- What it tells -------------------------------------------------------------------------------
def test_an_open_tab_offers_to_be_closed(tab, ada):
    page = page_of(tab, ada)

    assert "Nothing to pay now" in page
    assert "Close and send link" in page
    assert "Take cash" not in page
    assert tab.share_code in page


def test_a_closed_tab_says_how_much_by_when(closed, ada):
    page = page_of(closed, ada)

    assert "Still to pay" in page
    assert "by tomorrow, Saturday 7 March" in page
    assert "Take cash" in page
    assert "Add items" not in page


def test_an_overdue_tab_says_since_when(closed, ada, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING + timedelta(days=3))

    page = page_of(closed, ada)

    assert "was due on Saturday 7 March" in page
    assert 'data-state="overdue"' in page


def test_what_somebody_is_paying_right_now_is_told(closed, ada):
    MerchantAccount.objects.get_or_create(id=HOUSE_ACCOUNT_ID)
    CheckoutAttempt.objects.create(
        account_id=HOUSE_ACCOUNT_ID,
        tab=closed,
        payer_digest="p" * 64,
        state="open",
        amount_minor=200,
        currency="EUR",
        tab_version=closed.version,
        created_at=EVENING,
        expires_at=SOON,
        next_check_at=SOON,
    )

    assert "€2.00 is being paid right now" in page_of(closed, ada)
    assert (
        "€2.00 is being paid right now"
        in browser_of(ada).get("/v/larkspur-coffee/").content.decode()
    )


def test_everything_that_happened_is_told_in_words(tab, ada, niamh, scone):
    tabs.mark_served(tab_id=tab.id, by=ada, now=EVENING)
    lines.add_lines(
        tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id, quantity=2)]
    )
    [_first, second] = tab.lines.in_order()
    lines.void_line(tab_id=tab.id, line_id=second.id, by=niamh, now=EVENING, reason="Cold")
    browser_of(ada).post(to_tab(tab, "closure"), {"email": "grace@example.org"})
    browser_of(ada).post(
        to_tab(tab, "counter"), {"received": "3.20", "shown": "320", "request_key": "k"}
    )

    told = [event.title for event in browser_of(ada).get(to_tab(tab)).context["page"].events]

    assert told == [
        "Paid in full",
        "€3.20 taken in cash",
        "Payment link sent to g•••@example.org",
        "Closed by Ada",
        "2 × Scone with jam voided",
        "2 × Scone with jam added",
        "Served by Ada",
        "Scone with jam added",
        "Opened by Ada",
    ]


def test_every_kind_of_event_has_words(tab, ada):
    kinds = [
        "opened", "line_added", "line_changed", "line_removed", "line_voided", "sent", "served",
        "closed", "link_sent", "link_copied", "link_opened", "reopened", "voided", "payment",
        "counter_payment", "settled", "bill_asked", "guest_set", "card_changed", "claim_granted",
        "claim_reset", "page_opened", "page_expired", "overpaid", "label_set", "of_tomorrow",
    ]  # fmt: skip
    for kind in kinds:
        TabEvent.objects.create(tab=tab, kind=kind, by=ada, at=EVENING, data={})

    events = browser_of(ada).get(to_tab(tab)).context["page"].events

    assert all(event.title and "%" not in event.title for event in events)


def test_messages_are_listed_with_their_result(tab, ada):
    factories.make_message(tab, "a", to="grace@example.org")
    failed = factories.make_message(tab, "b", to="nobody@example.org")
    Message.objects.filter(id=failed.id).update(state="failed", result="no such mailbox")

    page = page_of(tab, ada)

    assert "grace@example.org" in page
    assert "not delivered: no such mailbox" in page


def test_the_page_asks_as_often_for_three_as_for_one(tab, ada, scone, flat_white, size):
    browser = browser_of(ada)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            browser.get(to_tab(tab))
        return len(queries)

    browser.get(to_tab(tab))
    one = asked()
    regular = size.modifiers.get(name="Regular")
    wanted = [
        NewLine(item_id=scone.id),
        NewLine(item_id=flat_white.id, modifier_ids=[regular.id]),
    ]
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)
    for digest in ("a", "b"):
        claims.request(tab_id=tab.id, browser_digest=digest * 64, now=EVENING)
        factories.make_message(tab, digest)

    assert asked() == one


# --- Closing -------------------------------------------------------------------------------------
def test_closing_with_an_address_sends_the_link(tab, ada):
    answer = browser_of(ada).post(
        to_tab(tab, "closure"), {"email": "grace@example.org", "then": "link"}, follow=True
    )

    tab.refresh_from_db()
    assert tab.is_owing
    assert Message.objects.get(tab=tab).to == "grace@example.org"
    assert "Closed. Link sent to grace@example.org" in answer.content.decode()


@pytest.mark.parametrize("typed", [{"then": "link"}, {"then": "show"}])
def test_closing_without_an_address_shows_a_code_once(tab, ada, typed):
    answer = browser_of(ada).post(to_tab(tab, "closure"), typed)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "http://testserver/p/" in page
    assert "Code that opens the payment page" in page
    assert "no-store" in answer["Cache-Control"]
    assert GuestLink.objects.filter(tab=tab).count() == 1


def test_the_code_is_not_remembered_anywhere(tab, ada):
    browser = browser_of(ada)
    page = browser.post(to_tab(tab, "closure"), {"then": "show"}).content.decode()
    token = page.partition("http://testserver/p/")[2].partition("/")[0]

    assert len(token) == 43
    assert token not in str(dict(browser.session))
    assert token not in browser.get(to_tab(tab)).content.decode()


def test_paying_here_leads_to_the_counter(tab, ada):
    answer = browser_of(ada).post(to_tab(tab, "closure"), {"then": "counter"})

    assert (answer.status_code, answer["Location"]) == (303, to_tab(tab, "counter"))


def test_closing_twice_is_closing_once(closed, ada):
    for method in ("get", "post"):
        answer = getattr(browser_of(ada), method)(to_tab(closed, "closure"))
        assert (answer.status_code, answer["Location"]) == (303, to_tab(closed))

    assert closed.closings == 1


def test_an_address_that_is_none_is_asked_again(tab, ada):
    answer = browser_of(ada).post(to_tab(tab, "closure"), {"email": "nope"})

    tab.refresh_from_db()
    assert (answer.status_code, tab.is_open) == (422, True)
    assert "email" in answer.context["form"].errors


def test_an_empty_tab_says_why_it_cannot_close(larkspur, ada):
    empty = factories.make_tab(larkspur, ada)

    answer = browser_of(ada).post(to_tab(empty, "closure"), {"then": "link"})

    assert answer.status_code == 409
    assert "There is nothing to pay on this tab" in answer.content.decode()


# --- The link ------------------------------------------------------------------------------------
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


# --- At the counter ------------------------------------------------------------------------------
def pay(user, tab, *, how="", **typed):
    form = {"request_key": "k"} | typed
    return browser_of(user).post(to_tab(tab, "counter") + how, form, follow=True)


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


# --- The party -----------------------------------------------------------------------------------
def test_name_and_address_are_kept(tab, ada):
    browser_of(ada).post(
        to_tab(tab, "guest"), {"name": "Grace", "email": "grace@example.org", "phone": ""}
    )

    tab = Tab.objects.select_related("customer").get()
    assert (tab.who, tab.customer.email) == ("Grace", "grace@example.org")


@pytest.mark.parametrize(
    ("typed", "field"), [({"email": "nope"}, "email"), ({"phone": "12"}, "phone")]
)
def test_addresses_that_are_none_stand_beside_their_field(tab, ada, typed, field):
    answer = htmx_of(ada).post(to_tab(tab, "guest"), typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_place_is_kept(tab, ada):
    browser_of(ada).post(to_tab(tab, "place"), {"label": "Garden", "guests_count": "4"})

    tab.refresh_from_db()
    assert (tab.label, tab.guests_count) == ("Garden", 4)


def test_the_party_moves_to_another_card(tab, ada, mint):
    answer = browser_of(ada).post(to_tab(tab, "card"), {"token": "MINT-01"}, follow=True)

    tab.refresh_from_db()
    assert tab.token_code == "MINT-01"
    assert "Moved to MINT-01" in answer.content.decode()


def test_a_party_can_do_without_a_card(tab, ada, mint):
    browser = browser_of(ada)
    browser.post(to_tab(tab, "card"), {"token": "MINT-01"})

    browser.post(to_tab(tab, "card"), {"token": "other"})

    tab.refresh_from_db()
    assert tab.token_code == ""


def test_a_card_in_use_is_refused_with_the_tab_that_has_it(tab, ada, larkspur, mint):
    other = factories.make_tab(larkspur, ada, label="Garden", token_code="MINT-01")

    answer = htmx_of(ada).post(to_tab(tab, "card"), {"token": "MINT-01"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["card"] == [
        f"MINT-01 is on another open tab: {other.title}."
    ]


def test_an_ended_tab_changes_no_more(closed, ada):
    pay(ada, closed, received="3.20", shown="320")

    answer = browser_of(ada).post(to_tab(closed, "place"), {"label": "Garden"})

    assert answer.status_code == 409
    assert "This tab has ended" in answer.content.decode()
    assert "Change this tab" not in answer.content.decode()


def test_every_phone_can_be_put_out(tab, ada):
    claims.scan(tab=tab, browser_digest="a" * 64, now=EVENING)
    before = page_of(tab, ada)

    after = browser_of(ada).post(to_tab(tab, "claims", "reset"), follow=True).content.decode()

    assert not TabClaim.objects.granted().exists()
    assert "1 phone was let in." in before
    assert "Every phone was put out. The share code is new." in after


def test_each_phone_says_how_and_when_it_was_let_in(tab, ada):
    claims.scan(tab=tab, browser_digest="a" * 64, now=EVENING)
    claims.enter_share_code(
        tab_id=tab.id, browser_digest="b" * 64, code=tab.share_code, now=EVENING
    )
    asked = claims.request(tab_id=tab.id, browser_digest="c" * 64, now=EVENING)
    claims.decide(claim_id=asked.pk, tab_id=tab.id, by=ada, grant=True, now=EVENING)

    page = page_of(tab, ada)

    assert "3 phones were let in." in page
    ways = re.findall(r"<li><svg.*?</svg><span>([^<]+)</span><time[^>]*>([^<]+)</time></li>", page)
    assert ways == [
        ("First to scan", "Fri 6 Mar, 19:30"),
        ("Knew the share code", "Fri 6 Mar, 19:30"),
        ("Let in by Ada", "Fri 6 Mar, 19:30"),
    ]


# --- Taking back ---------------------------------------------------------------------------------
def test_a_manager_reopens_with_a_reason(closed, niamh):
    answer = browser_of(niamh).post(
        to_tab(closed, "reopening"), {"reason": "One more coffee"}, follow=True
    )

    closed.refresh_from_db()
    assert closed.is_open
    assert "One more coffee" in answer.content.decode()


def test_staff_are_not_offered_to_reopen(closed, ada, niamh):
    assert "Reopen" not in page_of(closed, ada)
    assert "Reopen" in page_of(closed, niamh)


@pytest.mark.parametrize("what", ["reopening", "voiding"])
def test_taking_back_asks_why(closed, niamh, what):
    answer = htmx_of(niamh).post(to_tab(closed, what), {"reason": " "})

    closed.refresh_from_db()
    assert (answer.status_code, closed.is_owing) == (422, True)


def test_what_was_paid_in_part_stays(closed, niamh):
    pay(niamh, closed, received="1.00", shown="100")

    answer = browser_of(niamh).post(to_tab(closed, "voiding"), {"reason": "Gone"})

    closed.refresh_from_db()
    assert (answer.status_code, closed.is_owing) == (409, True)
    assert "Part of this tab was paid already" in answer.content.decode()


def test_staff_void_an_empty_tab_and_nothing_else(larkspur, ada, tab):
    empty = factories.make_tab(larkspur, ada)

    allowed = browser_of(ada).post(to_tab(empty, "voiding"), {"reason": "Nobody came"})
    refused = browser_of(ada).post(to_tab(tab, "voiding"), {"reason": "Nobody came"})

    empty.refresh_from_db()
    assert (allowed.status_code, empty.is_void, refused.status_code) == (303, True, 403)


def test_a_void_tab_says_so(larkspur, ada, niamh, tab):
    browser_of(niamh).post(to_tab(tab, "voiding"), {"reason": "A mistake"})

    page = page_of(tab, ada)

    assert "Nothing to pay" in page
    assert "A mistake" in page


# --- The number the guest's company books under ---------------------------------------------------
def test_the_studio_notes_a_purchase_order_and_sees_it(northfold, yousef):
    tab = factories.make_tab(northfold, yousef)
    browser = browser_of(yousef)
    offered = page_of(tab, yousef)

    answer = browser.post(f"{to_tab(tab)}purchase-order/", {"purchase_order": "PO-4711"})

    assert "PO number" in offered
    assert answer.status_code == 303
    page = page_of(tab, yousef)
    assert "PO PO-4711" in page
    assert "Purchase order noted by Yousef" in page


def test_a_cafe_is_not_asked_for_purchase_orders(tab, ada):
    opening = browser_of(ada).get(f"/v/{tab.venue.slug}/?open=1").content.decode()

    assert "PO number" not in page_of(tab, ada)
    assert 'name="purchase_order"' not in opening


def test_the_studio_notes_it_while_opening(northfold, yousef):
    browser = browser_of(yousef)
    form = browser.get(f"/v/{northfold.slug}/?open=1").content.decode()

    browser.post(f"/v/{northfold.slug}/tabs/", {"label": "Workshop", "purchase_order": "PO-1"})

    assert 'name="purchase_order"' in form
    assert Tab.objects.get().purchase_order == "PO-1"


@pytest.mark.parametrize(("sends", "is_told"), [(True, True), (False, False)])
def test_sending_is_told_only_where_there_is_a_bar(tab, ada, sends, is_told):
    tab.venue.sends_to_bar = sends
    tab.venue.save()
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    assert ("1 line sent to the bar" in page_of(tab, ada)) is is_told
