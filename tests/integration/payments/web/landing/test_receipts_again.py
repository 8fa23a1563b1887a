"""Receipts and links, once more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Message
from orders.services import links
from payments.models import Receipt
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON
from tests.integration.payments.web.landing.conftest import other_link, pay_at_counter
from tests.paper import words_of

pytestmark = pytest.mark.django_db


# --- Receipts ------------------------------------------------------------------------------------
def test_a_receipt_can_be_printed(client, page, paid):
    text = client.get(f"{page}receipts/{paid.id}/").content.decode()

    assert "R-2026-00001" in text
    assert "Shakshuka" in text
    assert "data-print" in text
    assert "€11.00" in text


def test_a_receipt_of_another_tab_is_not_found(client, paid, larkspur, ada):
    other = other_link(larkspur, ada)

    assert client.get(f"{other}receipts/{paid.id}/").status_code == 404
    assert client.post(f"{other}receipts/{paid.id}/mail/").status_code == 404


def test_a_receipt_goes_out_again_once_an_hour(client, page, paid, evening):
    sent = Message.objects.filter(kind="receipt")
    first = client.post(f"{page}receipts/{paid.id}/mail/")
    client.post(f"{page}receipts/{paid.id}/mail/")
    within_the_hour = sent.count()
    evening[0] = SOON + timedelta(hours=1)
    client.post(f"{page}receipts/{paid.id}/mail/")

    assert "The receipt is on its way to p•••@example.org once more." in first.content.decode()
    assert within_the_hour == 2
    assert sent.count() == 3


def test_asking_for_a_receipt_over_and_over_ends(client, page, paid):
    answers = [client.post(f"{page}receipts/{paid.id}/mail/").status_code for _ask in range(4)]

    assert answers == [200, 200, 200, 429]


def test_a_receipt_with_an_address_goes_to_no_other(client, page, paid):
    client.post(f"{page}receipts/{paid.id}/mail/", {"email": "mallory@example.org"})

    assert not Message.objects.filter(to="mallory@example.org").exists()


def test_a_receipt_without_an_address_asks_for_one(client, page, attempt, paid):
    Receipt.objects.update(email="")

    asked = client.get(f"{page}paid/{attempt.id}/").content.decode()
    nothing = client.post(f"{page}receipts/{paid.id}/mail/", {"email": ""})
    nonsense = client.post(f"{page}receipts/{paid.id}/mail/", {"email": "nowhere"})
    given = client.post(f"{page}receipts/{paid.id}/mail/", {"email": "later@example.org"})

    assert "Email me the receipt" in asked
    assert (nothing.status_code, nonsense.status_code, given.status_code) == (422, 422, 200)
    assert "Please say where the receipt should go." in nothing.content.decode()
    assert Message.objects.filter(to="later@example.org", kind="receipt").count() == 1


# --- A fresh link --------------------------------------------------------------------------------
def test_a_link_that_ran_out_is_answered_by_mail_to_the_same_address(
    client, page, token, closed_tab
):
    links.revoke_all(tab_id=closed_tab.id, now=SOON)
    before = Message.objects.count()

    for _press in range(2):
        answer = client.post(f"{page}fresh/")

    assert answer.status_code == 200
    assert Message.objects.count() == before + 1
    assert Message.objects.latest("created_at").to == "donal@example.org"


def test_a_paid_tabs_link_is_answered_with_its_receipts(client, page, paid, closed_tab, evening):
    pay_at_counter(closed_tab, 1180)
    evening[0] = SOON + timedelta(days=91)
    before = Message.objects.count()

    client.post(f"{page}fresh/")

    fresh = Message.objects.order_by("-created_at")[: Message.objects.count() - before]
    assert {message.kind for message in fresh} == {"receipt"}
    assert len(fresh) == 2


def test_asking_tells_nobody_whether_there_was_such_a_tab(client, page, token):
    known = client.post(f"{page}fresh/")
    unknown = client.post(f"/p/{'x' * 43}/fresh/")

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content


def test_asking_over_and_over_ends(client, db):
    answers = [client.post(f"/p/guess-{number}/fresh/").status_code for number in range(21)]

    assert answers[0] == 200
    assert answers[-1] == 429


# --- Stripe's door -------------------------------------------------------------------------------
def test_stripes_door_has_its_address(client, db):
    answer = client.post("/hooks/stripe/00000000-0000-4000-8000-000000000001/", b"{}", "text/plain")

    assert answer.status_code == 400


def test_a_receipt_comes_as_pdf(client, page, paid):
    answer = client.get(f"{page}receipts/{paid.id}.pdf")

    words = words_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{paid.label}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert f"Receipt {paid.label}" in words
    assert "Your part of it €10.00 Tip to the team €1.00 You paid €11.00" in words
    assert (
        f"{page}receipts/{paid.id}.pdf" in client.get(f"{page}receipts/{paid.id}/").content.decode()
    )


def test_the_mail_links_to_the_pdf(paid):
    mail = Message.objects.get(kind="receipt")

    assert f"[link]receipts/{paid.id}.pdf" in mail.text
    assert f'href="[link]receipts/{paid.id}.pdf"' in mail.html


def test_the_pdf_of_another_tab_is_not_found(client, paid, larkspur, ada):
    other = factories.make_tab(larkspur, ada)

    token = links.mint(tab_id=other.id, now=EVENING)

    assert client.get(f"/p/{token}/receipts/{paid.id}.pdf").status_code == 404
    assert client.get(f"/p/nothing/receipts/{paid.id}.pdf").status_code == 404
