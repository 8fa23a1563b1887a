"""What a tab's page tells, and closing it from there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel import clock
from orders.models import GuestLink, Message, TabEvent
from orders.services import claims, lines, tabs
from orders.services.lines import NewLine
from payments.models import CheckoutAttempt, MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.tab_page import SOON, page_of
from tests.staff import browser_of, to_tab

pytestmark = pytest.mark.django_db


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
