"""Mails about disputes: where the money is, until when, and a button; both parts say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Message
from orders.services import envelopes
from payments.rules.dispute_states import DisputeState
from payments.services import accounts, dispute_mails, disputes
from tests import disputed, fakes
from tests.disputed import SOON
from tests.fakes.disputes import decide
from tests.integration.payments.test_emails import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(tab, ada, niamh):
    return disputed.pay_by_card(tab, ada)


def mail(kind):
    return Message.objects.get(kind=kind)


def apply(dispute, state):
    snapshot = decide(fakes.BOOK, dispute.dispute_id, state)
    disputes.apply_dispute(snapshot, account=accounts.house_account(), now=SOON)


def test_the_first_mail_says_what_was_taken_and_until_when_to_answer(payment):
    dispute = disputed.dispute(payment)

    found = mail("dispute_opened")
    assert found.subject == "€3.20 at Larkspur Coffee is disputed"
    for part in (found.text, words_of(found.html)):
        words = " ".join(part.split())
        assert "The bank has taken €3.20 back until this is decided." in words
        assert "Sun 15 Mar, 19:35" in words
        assert "they say they did not make this payment" in words
        assert "Hi Niamh" in words
    written = envelopes.fill_in(found, now=SOON, base_url="https://tab.example")
    assert f"https://tab.example/disputes/{dispute.id}/" in written.text
    assert f'href="https://tab.example/disputes/{dispute.id}/"' in written.html


def test_an_inquiry_is_told_as_a_question(payment):
    disputed.dispute(payment, inquiry=True)

    found = mail("dispute_opened")
    assert found.subject == "A bank asks about €3.20 at Larkspur Coffee"
    assert "No money was taken so far." in found.text


@pytest.mark.parametrize(
    ("state", "subject", "said"),
    [
        (DisputeState.WON, "Dispute about €3.20: Won", "€3.20 is back with you."),
        (DisputeState.LOST, "Dispute about €3.20: Lost", "The bank keeps €3.20."),
    ],
)
def test_the_last_mail_says_how_it_ended(payment, state, subject, said):
    apply(disputed.dispute(payment), state)

    found = mail("dispute_closed")
    assert found.subject == subject
    assert said in found.text
    assert "Answer by" not in found.text


def test_the_reminder_names_the_day(payment):
    dispute = disputed.dispute(payment)

    dispute_mails.write(dispute, what=dispute_mails.DUE, now=SOON + timedelta(days=7))

    assert mail("dispute_due").subject == "Answer the dispute about €3.20 by Sun 15 Mar, 19:35"


def test_what_is_typed_is_never_markup(tab, ada, niamh):
    tab.guest_name = '<script>alert("x")</script>'
    tab.save()

    disputed.dispute(disputed.pay_by_card(tab, ada))

    assert "<script" not in mail("dispute_opened").html
