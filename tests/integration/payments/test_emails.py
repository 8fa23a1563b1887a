"""Every mail in three currencies: both parts say the same, and nothing typed becomes markup."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from config.kernel.money import Money
from orders.models import Message
from orders.services import lines as line_services
from orders.services import venues
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter, requests
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db

PLACES = {
    "larkspur": (3180, "23", "€31.80", "Saturday 7 March"),
    "odile": (45000, "10", "₩45,000", "Saturday 14 March"),
    "northfold": (310000, "5", "KWD\u00a0325.500", "Friday 20 March"),
}
NASTY = '<script>alert("x")</script>'


@pytest.fixture(params=PLACES)
def place(request):
    return request.param


@pytest.fixture
def closed(request, place):
    """A tab of two things at each kind of place, closed and asked for by mail."""
    venue = request.getfixturevalue(place)
    minor, rate, _amount, _due = PLACES[place]
    by = factories.make_user("Sam", venue=venue)
    tax = venues.add_tax_rate(venue=venue, name="VAT", rate=Decimal(rate))
    half = Money(minor // 2, venue.currency)
    items = [
        factories.make_item(venue, name, half.minor, tax=tax)
        for name in ("Flat white", "Shakshuka")
    ]
    tab = factories.make_tab(
        venue, by, *items, guest_name="Dónal Keane", email="donal@keane.example"
    )
    return closing.close_and_request(tab_id=tab.id, by=by, now=EVENING).tab


@pytest.fixture
def link_mail(closed):
    return Message.objects.get(kind="payment_link")


@pytest.fixture
def receipt_mail(closed):
    """The mail for a part paid in cash, with a tip."""
    total = closed.total
    part = total.split(2)[0]
    tip = part.percent(Decimal(10))
    pay(closed, amount=part, tip=tip)
    return Message.objects.get(kind="receipt")


def pay(tab, *, amount, tip=None):
    taken = Taken(method=CounterMethod.CASH, amount=amount, tip=tip or Money.zero(amount.currency))
    return counter.record_counter_payment(
        tab_id=tab.id, by=tab.opened_by, taken=taken, request_key=str(amount), now=SOON
    )


def words_of(html):
    """What a reader sees of a page, as plain words."""
    visible = re.sub(r"<(style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).split())


def amounts_in(text):
    return set(re.findall(r"(?:€|₩|KWD )\d[\d,]*(?:\.\d+)?", plain(text)))


def plain(text):
    """Without the spaces that keep an amount together."""
    return text.replace("\u00a0", " ")


def test_the_link_mail_says_sum_and_date_in_its_subject(link_mail, place):
    _minor, _rate, amount, due = PLACES[place]

    assert link_mail.subject == f"Your tab at {link_mail.venue.name}: {amount}, pay by {due}"


def test_the_link_mail_leads_to_the_pay_page(link_mail):
    assert link_mail.link_path == "/p/[token]/"
    assert link_mail.text.count("[link]") == 1
    assert 'href="[link]"' in link_mail.html


def test_the_link_mail_greets_by_first_name_and_lists_everything(link_mail, place):
    for part in (link_mail.text, words_of(link_mail.html)):
        assert "Hi Dónal," in part
        assert "Keane" not in part
        assert "1 × Flat white" in part
        assert "1 × Shakshuka" in part
        assert plain(PLACES[place][2]) in plain(part)
        assert PLACES[place][3] in part


@pytest.mark.parametrize("mail", ["link_mail", "receipt_mail"])
def test_both_parts_say_the_same_amounts(request, place, mail):
    message = request.getfixturevalue(mail)

    in_text, in_html = amounts_in(message.text), amounts_in(words_of(message.html))

    assert in_text == in_html
    assert len(in_text) >= 2


def test_tax_is_inside_or_on_top_as_the_place_has_it(link_mail, place):
    expected = {
        "larkspur": "Left to pay, with €5.95 VAT",
        "odile": "Left to pay, with ₩4,091 VAT",
        "northfold": "VAT at 5%",
    }[place]

    assert expected in link_mail.text
    assert expected in words_of(link_mail.html)


def test_the_receipt_says_what_was_paid_how_and_under_which_number(receipt_mail, closed):
    receipt = closed.receipts.get()

    for part in (receipt_mail.text, words_of(receipt_mail.html)):
        assert receipt.label in part
        assert "Cash at the counter" in part
        assert "Tip to the team" in part
        assert "Your part of it" in part
        assert "6 March 2026" in part or "7 March 2026" in part
    assert receipt_mail.subject.startswith(f"Receipt {receipt.label} from {closed.venue.name}: ")


def test_the_receipt_says_the_tax_in_what_was_paid(receipt_mail, place):
    expected = {
        "larkspur": "Including VAT at 23% on €12.92",
        "odile": "Including VAT at 10% on ₩20,454",
        "northfold": "Including VAT at 5% on KWD\u00a0155.000",
    }[place]

    assert expected in receipt_mail.text
    assert plain(expected) in words_of(receipt_mail.html)


def test_the_receipts_link_leads_to_the_bill(receipt_mail):
    assert receipt_mail.link_path == "/p/[token]/"
    assert "[link]" in receipt_mail.text
    assert 'href="[link]"' in receipt_mail.html


def test_times_are_the_places_own(receipt_mail, place):
    expected = {"larkspur": "19:35", "odile": "04:35", "northfold": "22:35"}[place]

    assert expected in receipt_mail.text


@pytest.mark.parametrize("mail", ["link_mail", "receipt_mail"])
def test_a_mail_needs_no_style_sheet_and_has_a_dark_one(request, place, mail):
    html = request.getfixturevalue(mail).html

    assert "<link" not in html
    assert "src=" not in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert html.count("style=") > 20
    assert "background-color: #fffefd" in html


def test_what_others_paid_comes_off_when_the_link_is_sent_again(closed, place):
    pay(closed, amount=closed.total.split(2)[0])
    message = requests.resend_link(tab_id=closed.id, by=closed.opened_by, now=SOON)

    for part in (message.text, words_of(message.html)):
        assert "Already paid" in part
        assert "−" in part


@pytest.mark.parametrize("mail", ["payment_link", "receipt"])
def test_nothing_typed_becomes_markup_or_a_line_of_ours(larkspur, ada, mail):
    larkspur.name = f"Larkspur\r\nBcc: mallory@example.org {NASTY}"
    larkspur.address = f"{NASTY} {{{{ 7|add:7 }}}}"
    larkspur.save()
    item = factories.make_item(larkspur, f"Tea {NASTY}", 500)
    tab = factories.make_tab(larkspur, ada, item, guest_name=NASTY, email="donal@keane.example")
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING).tab
    pay(closed, amount=closed.total)

    message = Message.objects.get(kind=mail)

    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert "<script" not in message.html.lower()
    assert "&lt;script&gt;" in message.html
    assert "{{ 7|add:7 }}" in message.text
    assert not re.search(r"^Bcc:", message.text, flags=re.MULTILINE)


def test_plain_text_is_not_escaped(larkspur, ada):
    item = factories.make_item(larkspur, "Fish & chips", 500)
    tab = factories.make_tab(larkspur, ada, item, email="donal@keane.example")
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    message = Message.objects.get()

    assert "1 × Fish & chips" in message.text
    assert "Fish &amp; chips" in message.html


def test_a_name_longer_than_the_line_keeps_its_amount(larkspur, ada):
    item = factories.make_item(larkspur, "A very long name of something to eat that goes on", 500)
    tab = factories.make_tab(larkspur, ada, item, email="donal@keane.example")
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    text = Message.objects.get().text

    assert re.search(r"that goes on\n {30,}€5\.00\n", text)


def test_voided_lines_are_not_asked_for(larkspur, ada):
    items = [factories.make_item(larkspur, name, 500) for name in ("Tea", "Cake")]
    tab = factories.make_tab(larkspur, ada, *items, email="donal@keane.example")
    cake = tab.lines.get(name="Cake")
    line_services.void_line(tab_id=tab.id, line_id=cake.id, by=ada, now=SOON, reason="Sold out")
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)

    message = Message.objects.get()

    assert "Cake" not in message.text
    assert "€5.00" in message.subject


def test_a_language_we_do_not_speak_falls_back_to_ours(larkspur, ada):
    larkspur.locale = "tlh"
    larkspur.save()
    item = factories.make_item(larkspur, "Tea", 500)
    tab = factories.make_tab(larkspur, ada, item, email="donal@keane.example")

    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    assert "pay by Saturday 7 March" in Message.objects.get().subject


def test_the_words_on_complaints_fit_what_the_place_can_be_reached_by(larkspur, odile, ada):
    said = []
    for venue, phone in ((larkspur, ""), (odile, "+82 2 555 0142"), (odile, "")):
        venue.phone = phone
        venue.save(update_fields=["phone"])
        by = factories.make_user(f"Somebody {len(said)}", venue=venue)
        tab = factories.make_tab(
            venue,
            by,
            factories.make_item(venue, f"Tea {len(said)}", 5000),
            email=f"guest-{len(said)}@keane.example",
        )
        closing.close_and_request(tab_id=tab.id, by=by, now=EVENING)
        said.append(Message.objects.get(tab=tab).text)

    assert "Just reply to this email" in said[0]
    assert "Call us on +82 2 555 0142" in said[1]
    assert "Tell us at the counter before you pay." in said[2]
