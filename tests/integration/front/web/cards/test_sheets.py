"""Sheets of token cards, on the page and as PDF."""

from __future__ import annotations

import re

import pytest

from config.front.paper import cards as paper
from config.front.paper.cards import Common, Face
from orders.services import tokens
from tests.conftest import EVENING
from tests.integration.front.web.card_pages import A4, HOME, LETTER, addresses, shown
from tests.paper import codes_on, pages_of, sizes_of

pytestmark = pytest.mark.django_db


def test_a_sheet_shows_ten_cards(barista, stack):
    page = barista.get(HOME)

    assert shown(page) == [card.code for card in stack[:10]]
    assert "0 on open tabs, 12 on the stack, 0 reported lost" in page.content.decode()
    assert "Sheet 1 of 2" in page.content.decode()


def test_the_next_sheet_shows_the_rest(barista, stack):
    page = barista.get(f"{HOME}?page=2")

    assert shown(page) == ["MINT-11", "PLUM-12"]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("word=PLUM&last=6", ["PLUM-02", "PLUM-04", "PLUM-06"]),
        ("first=11", ["MINT-11", "PLUM-12"]),
        ("first=3&last=3", ["MINT-03"]),
        ("first=100", []),
    ],
)
def test_a_sheet_can_be_narrowed(barista, stack, wish, found):
    assert shown(barista.get(f"{HOME}?{wish}")) == found


def test_the_choice_of_paper_and_ink_stands_in_the_address(barista, stack):
    page = barista.get(f"{HOME}?paper=letter&ink=card").content.decode()

    assert '<section class="tsheet" data-paper="letter" data-ink="card"' in page
    assert 'href="?paper=letter&amp;ink=card&amp;page=2"' in page


@pytest.mark.parametrize("wish", ["paper=a3", "ink=gold", "word=FIG", "first=x", "last=0"])
def test_a_wish_nobody_understands_is_said_and_left_out(barista, stack, wish):
    page = barista.get(f"{HOME}?{wish}")

    assert (page.status_code, len(shown(page))) == (200, 10)


def test_numbers_the_wrong_way_round_are_said_beside_the_field(barista, stack):
    page = barista.get(f"{HOME}?first=9&last=3").content.decode()

    assert "The second number must not be below the first." in page


def test_lost_cards_and_those_out_of_use_are_not_printed(barista, larkspur, stack):
    tokens.mark_lost(venue=larkspur, card_id=stack[0].pk, now=EVENING)
    tokens.retire(venue=larkspur, card_id=stack[1].pk, now=EVENING)

    assert shown(barista.get(f"{HOME}?last=4")) == ["MINT-03", "PLUM-04"]


def test_a_card_says_where_to_type_its_code(barista, stack):
    page = barista.get(HOME).content.decode()

    assert "testserver<wbr>/t/larkspur-coffee<br>MINT-01</span>" in page


def test_a_sheet_asks_the_database_as_often_for_ten_cards_as_for_one(
    barista, larkspur, django_assert_max_num_queries
):
    tokens.print_cards(venue=larkspur, words=["MINT"], count=1)
    with django_assert_max_num_queries(20) as alone:
        barista.get(HOME)
    tokens.print_cards(venue=larkspur, words=["MINT"], count=9)

    with django_assert_max_num_queries(len(alone)):
        barista.get(HOME)


def test_a_place_without_cards_is_told_how_to_begin(manager, barista, larkspur):
    assert f'href="{HOME}new/"' in manager.get(HOME).content.decode()
    assert "A manager can make the first ones here." in barista.get(HOME).content.decode()


@pytest.mark.parametrize(
    ("wish", "size"),
    [
        ("", A4),
        ("ink=card", A4),
        ("paper=letter", LETTER),
        ("paper=letter&ink=card", LETTER),
    ],
)
def test_every_code_can_be_read_from_the_pdf(barista, stack, wish, size):
    answer = barista.get(f"{HOME}sheet.pdf?{wish}")

    first, second = pages_of(answer.content)
    assert sizes_of(answer.content) == [size, size]
    assert codes_on(first) == addresses(stack[:10])
    assert codes_on(second) == addresses(stack[10:])


def test_the_pdf_is_a_file_with_its_fonts_inside(barista, stack):
    answer = barista.get(f"{HOME}sheet.pdf?page=2")

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="larkspur-coffee-cards.pdf"'
    assert len(pages_of(answer.content)) == 1
    assert {b"Gabarito-ExtraBold", b"Figtree-SemiBold"} <= set(
        re.findall(rb"/FontName /\w+\+([\w-]+)", answer.content)
    )
    assert answer.content.count(b"/FontFile2") == 2


def test_one_card_can_be_printed_alone(barista, stack):
    answer = barista.get(f"{HOME}sheet.pdf?first=7&last=7")

    (page,) = pages_of(answer.content)
    assert codes_on(page) == addresses([stack[6]])


def test_words_of_any_length_leave_the_code_alone():
    words = ["I", "MINT", "GARÇON", "STRAWBERRIES", "WWWWWWWWWWWW"]
    faces = [
        Face(word=word, number="9999", url=f"https://tab.example/t/{word.lower()}/")
        for word in words
    ]
    common = Common(
        venue="The Long Table and its Very Patient Guests at the End of the Quay, since 1897",
        promise=("Enjoy now, pay after.", "Scan to see your tab."),
        host="cards.the-long-table-at-the-end-of-the-quay.example.org",
        path="/t/the-long-table-at-the-end-of-the-quay",
    )

    pdf = paper.draw_sheets(faces, common, paper=paper.SheetPaper.A4, ink=paper.Ink.COLOUR)

    assert [face.fit for face in faces] == [0, 0, 0, 3, 5]
    assert len(codes_on(pages_of(pdf)[0])) == len(words)


def test_letters_the_pdf_lacks_are_said_instead_of_left_out(barista, larkspur):
    larkspur.name = "Larkspur 커피"
    larkspur.save()
    tokens.print_cards(venue=larkspur, words=["MINT"], count=1)

    answer = barista.get(f"{HOME}sheet.pdf")

    assert answer.status_code == 409
    assert "It would lack these letters: 커피." in answer.content.decode()
    assert shown(answer) == ["MINT-01"]


def test_there_is_no_pdf_of_nothing(barista, larkspur):
    assert barista.get(f"{HOME}sheet.pdf").status_code == 409
