"""Receipts as PDF: the words and amounts of the mail, in every currency and script."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from config.kernel.money import Money
from orders.models import Message, Tab
from orders.rules.roles import Role
from orders.services import venues
from payments.rules.accounts import CounterMethod
from payments.selectors import papers, receipts
from payments.services import closing, counter, counter_reversals
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON
from tests.paper import pages_of, words_of

pytestmark = pytest.mark.django_db
PLACES = {
    "larkspur": (3180, "23", "€31.80"),
    "odile": (45000, "10", "KRW 45,000"),
    "northfold": (310000, "5", "KWD 325.500"),
}


def paid_paper(venue, names, *, minor, rate="", tip=0, part=None):
    """What a paper says that was paid in cash at this venue."""
    by = factories.make_user(f"Sam {venue.slug}", venue=venue)
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal(rate)) if rate else None
    items = [factories.make_item(venue, name, minor // len(names), tax=tax) for name in names]
    tab = factories.make_tab(venue, by, *items, email="donal@keane.example")
    tab = closing.close_and_request(tab_id=tab.id, by=by, now=EVENING).tab
    Tab.objects.filter(id=tab.id).update(purchase_order="PO-4711")
    amount = Money(part, venue.currency) if part else tab.total
    taken = Taken(method=CounterMethod.CASH, amount=amount, tip=Money(tip, venue.currency))
    counter.record_counter_payment(tab_id=tab.id, by=by, taken=taken, request_key="k", now=SOON)
    return receipts.list_of(tab=tab)[0]


@pytest.mark.parametrize("place", PLACES)
def test_the_paper_says_what_the_mail_says(request, place):
    venue = request.getfixturevalue(place)
    minor, rate, total = PLACES[place]
    paper = paid_paper(venue, ["Flat white", "Shakshuka"], minor=minor, rate=rate, tip=minor // 10)

    words = words_of(papers.print_receipt(paper, venue=venue))

    mail = Message.objects.get(kind="receipt").text.replace("\u00a0", " ").replace("₩", "KRW ")
    amounts = set(re.findall(r"(?:€|KRW |KWD )[\d,]+(?:\.\d+)?", mail))
    assert f"Tab total {total}" in words
    assert f"Receipt {paper.receipt.label}" in words
    assert "Tip to the team" in words
    assert f"VAT at {rate}%" in words
    assert "Cash at the counter" in words
    assert "Purchase order PO-4711" in words
    assert len(amounts) >= 4
    assert all(amount in words for amount in amounts)


def test_a_part_says_so_and_the_time_is_the_places_own(odile):
    paper = paid_paper(odile, ["Balayage"], minor=45000, rate="10", part=20000)

    words = words_of(papers.print_receipt(paper, venue=odile))

    assert "Your part of it KRW 20,000" in words
    assert "04:35" in words
    assert "You paid KRW 20,000" in words


def test_names_of_any_length_and_script_break_nothing(larkspur):
    long = "A very long name of something to eat that goes on and on until nobody is hungry"
    names = [
        long,
        "W" * 80,
        "오트 라테와 딸기 케이크",
        "抹茶ラテ",
        "قهوة عربية",
        "<b>Tea & cake</b>",
        "🙂 Bun",
    ]
    larkspur.name = "Larkspur 카페"
    larkspur.save()
    paper = paid_paper(larkspur, names, minor=7000)

    pdf = papers.print_receipt(paper, venue=larkspur)

    words = words_of(pdf)
    assert long in words.replace("  ", " ")
    assert words.count("W") >= 80
    assert "오트 라테와 딸기 케이크" in words
    assert "抹茶ラテ" in words
    assert "<b>Tea & cake</b>" in words
    assert "Some letters cannot be printed here" in words
    assert words.count("€10.00") >= len(names)
    assert len(pages_of(pdf)) == 1


def test_letters_that_can_be_printed_need_no_warning(larkspur):
    paper = paid_paper(larkspur, ["Crème brûlée", "오트 라테"], minor=1000)

    assert "Some letters" not in words_of(papers.print_receipt(paper, venue=larkspur))


def test_a_payment_that_was_taken_back_is_stamped_so(larkspur, niamh):
    paper = paid_paper(larkspur, ["Tea"], minor=500)
    counter_reversals.reverse(
        tab_id=paper.receipt.tab_id,
        payment_id=paper.receipt.counter_payment_id,
        by=niamh,
        role=Role.MANAGER,
        reason="Wrong tab",
        now=SOON,
    )
    paper = receipts.find(tab=paper.receipt.tab, receipt_id=paper.receipt.id)

    words = words_of(papers.print_receipt(paper, venue=larkspur))

    assert "Taken back" in words
    assert "Wrong tab" in words
    assert "Paid Larkspur" not in words


def test_a_file_is_named_by_its_number(larkspur):
    larkspur.receipt_prefix = 'É"/x'
    larkspur.save()
    paper = paid_paper(larkspur, ["Tea"], minor=500)

    with timezone.override(larkspur.zone):
        assert papers.file_name(paper) == "-x-2026-00001.pdf"


def test_what_was_taken_off_stands_beside_its_thing(odile):
    paper = paid_paper(odile, ["Balayage"], minor=45000)
    lines = [replace(paper.lines[0], off=Money(5000, "KRW"))]

    words = words_of(papers.print_receipt(replace(paper, lines=tuple(lines)), venue=odile))

    assert "1 × Balayage KRW 45,000 KRW 5,000 taken off" in words
