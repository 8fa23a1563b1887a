"""Disputes on staff pages: who may see them, what they say, and that evidence goes out once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.front.web.dispute_urls import dispute_patterns
from config.kernel import clock
from payments.gateway.errors import GatewayBug, OutcomeUnknown
from payments.models import Dispute, DisputeEvidence
from payments.rules.dispute_states import DisputeState
from payments.services import accounts, disputes
from tests import disputed, fakes
from tests.factories import make_tab
from tests.fakes.disputes import decide
from tests.staff import browser_of, to_tab

pytestmark = pytest.mark.django_db
CASE = {"statement": "He sat at table 4.", "product": "A scone"}


@pytest.fixture(autouse=True)
def _in_memory(settings, monkeypatch):
    settings.PAYMENT_GATEWAY = "tests.fakes.FakeGateway"
    monkeypatch.setattr(fakes, "BOOK", fakes.Book())


@pytest.fixture
def dispute(tab, ada, niamh):
    """Opened a minute ago, so the bank still takes evidence."""
    payment = disputed.pay_by_card(tab, ada)
    return disputed.dispute(payment, at=clock.now() - timedelta(minutes=1))


def page(dispute, what="detail"):
    slug = dispute.tab.venue.slug
    args = [slug] if what == "list" else [slug, dispute.id]
    return reverse(f"disputes:{what}", args=args)


def answers(browser, dispute):
    """The status of every page of a dispute; the evidence is posted, the rest looked at."""
    return {
        each.name: (
            browser.post(page(dispute, each.name), CASE)
            if each.name == "evidence"
            else browser.get(page(dispute, each.name))
        ).status_code
        for each in dispute_patterns
    }


def everywhere(status):
    return dict.fromkeys([each.name for each in dispute_patterns], status)


@pytest.mark.parametrize("who", ["niamh", "olga"])
def test_managers_and_owners_see_and_answer_disputes(request, dispute, who):
    person = request.getfixturevalue(who)

    assert answers(browser_of(person), dispute) == everywhere(200) | {"evidence": 303}


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("mallory", 404), ("stranger", 404)])
def test_nobody_else_does(request, dispute, who, status):
    person = request.getfixturevalue(who)

    assert answers(browser_of(person), dispute) == everywhere(status)
    assert DisputeEvidence.objects.count() == 0


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, dispute):
    assert answers(client, dispute) == everywhere(302)
    assert client.get(reverse("dispute", args=[dispute.id])).status_code == 302


def test_another_venues_dispute_does_not_exist_here(dispute, mallory):
    elsewhere = mallory.memberships.get().venue

    for what in ("detail", "pdf", "json"):
        address = reverse(f"disputes:{what}", args=[elsewhere.slug, dispute.id])
        assert browser_of(mallory).get(address).status_code == 404


def test_the_address_in_a_mail_leads_to_the_page_of_those_who_work_there(dispute, niamh, mallory):
    address = reverse("dispute", args=[dispute.id])

    assert browser_of(niamh).get(address).url == page(dispute)
    assert browser_of(mallory).get(address).status_code == 404


def test_the_page_shows_the_evidence_and_a_draft(dispute, niamh):
    shown = browser_of(niamh).get(page(dispute)).content.decode()

    assert "€3.20 disputed" in shown
    assert "The bank has taken €3.20 back" in shown
    assert "1 × Scone with jam" in shown
    assert "Larkspur Coffee opened tab" in shown


def test_the_list_names_what_waits_for_an_answer(dispute, niamh):
    shown = browser_of(niamh).get(page(dispute, "list")).content.decode()

    assert "Evidence wanted" in shown
    assert "They say they did not make this payment" in shown


def test_a_venue_without_disputes_says_so(larkspur, niamh):
    shown = browser_of(niamh).get(reverse("disputes:list", args=[larkspur.slug]))

    assert b"No disputes" in shown.content


def test_evidence_goes_out_once_however_often_it_is_sent(dispute, niamh, olga):
    first = browser_of(niamh).post(page(dispute, "evidence"), CASE)
    browser_of(olga).post(page(dispute, "evidence"), CASE | {"statement": "Other words."})

    shown = browser_of(niamh).get(page(dispute)).content.decode()
    assert first.url == page(dispute)
    assert fakes.BOOK.calls.count("submit_evidence") == 1
    assert DisputeEvidence.objects.get().texts["statement"] == "He sat at table 4."
    assert "What was handed in" in shown
    assert "Send the evidence" not in shown


def test_what_was_typed_wrongly_stays_in_the_form(dispute, niamh):
    sent = {"statement": "Mine.", "customer_email": "nonsense"}

    answer = browser_of(niamh).post(page(dispute, "evidence"), sent)

    assert answer.status_code == 422
    assert b"Mine." in answer.content
    assert DisputeEvidence.objects.count() == 0


def test_a_case_without_words_is_asked_for_again(dispute, niamh):
    answer = browser_of(niamh).post(page(dispute, "evidence"), {"customer_name": "Donal"})

    assert answer.status_code == 422
    assert b"Say what was sold or what happened." in answer.content


def test_too_late_is_said_in_so_many_words(dispute, niamh):
    Dispute.objects.update(due_at=clock.now() - timedelta(minutes=1))

    answer = browser_of(niamh).post(page(dispute, "evidence"), CASE)

    assert answer.status_code == 409
    assert b"It is too late now." in answer.content
    assert b"Send the evidence" not in answer.content


def test_a_refusal_by_stripe_keeps_the_words_for_another_try(dispute, niamh):
    fakes.BOOK.fail_before.append(GatewayBug("no"))

    answer = browser_of(niamh).post(page(dispute, "evidence"), CASE)

    assert answer.status_code == 409
    assert b"Stripe did not take the evidence" in answer.content
    assert b"He sat at table 4." in answer.content


def test_no_answer_is_told_as_not_confirmed(dispute, niamh):
    fakes.BOOK.fail_after.append(OutcomeUnknown("timeout"))

    answer = browser_of(niamh).post(page(dispute, "evidence"), CASE, follow=True)

    assert b"Stripe has not confirmed it yet" in answer.content
    assert b"Send the evidence" not in answer.content


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DisputeState.WON, "€3.20 is back with you"),
        (DisputeState.LOST, "The bank keeps €3.20"),
        (DisputeState.UNDER_REVIEW, "The bank is looking at it"),
        (DisputeState.PREVENTED, "It is over and nothing was lost"),
    ],
)
def test_every_state_says_where_the_money_is(dispute, niamh, state, said):
    snapshot = decide(fakes.BOOK, dispute.dispute_id, state)
    disputes.apply_dispute(snapshot, account=accounts.house_account(), now=clock.now())

    shown = browser_of(niamh).get(page(dispute)).content.decode()

    assert said in shown
    assert "Send the evidence" not in shown


def test_the_files_are_downloads(dispute, niamh):
    pdf = browser_of(niamh).get(page(dispute, "pdf"))
    plain = browser_of(niamh).get(page(dispute, "json"))

    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"].startswith('attachment; filename="dispute-')
    assert json.loads(plain.content)["dispute"] == dispute.dispute_id


def test_the_page_asks_no_more_for_more_lines(
    dispute, larkspur, ada, niamh, scone, django_assert_num_queries
):
    browser = browser_of(niamh)
    longer = disputed.dispute(
        disputed.pay_by_card(make_tab(larkspur, ada, scone, scone, scone), ada)
    )
    short_page, long_page = page(dispute), page(longer)
    browser.get(short_page)
    with CaptureQueriesContext(connection) as few:
        browser.get(short_page)

    with django_assert_num_queries(len(few)):
        browser.get(long_page)


def test_the_tab_says_that_it_is_disputed(dispute, ada, niamh):
    for_staff = browser_of(ada).get(to_tab(dispute.tab)).content.decode()
    for_manager = browser_of(niamh).get(to_tab(dispute.tab)).content.decode()

    assert "Evidence wanted" in for_staff
    assert page(dispute) not in for_staff
    assert page(dispute) in for_manager
    assert "€3.20 is disputed" in for_manager
