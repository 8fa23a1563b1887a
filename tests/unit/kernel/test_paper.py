"""Words on paper: wrapped to their room, in fonts that have their letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.paper import document, fonts
from config.kernel.paper.document import Document, Row
from tests.paper import pages_of, words_of

ROOM = 120.0


def wide(line):
    return sum(run.width for run in fonts.runs_of(line, fonts.TEXT)) * document.TEXT


def paper(*rows, sender=("Larkspur",), notes=()):
    return Document(
        sender=sender,
        title="Receipt R-1",
        stamp="Paid",
        facts=(("When", "Friday"),),
        rows=rows,
        sums=(Row(label="You paid", amount="€5.00", is_total=True),),
        notes=notes,
        language="en",
        brand="#701a4b",
    )


@given(st.text(max_size=80))
def test_a_wrapped_line_fits_and_nothing_is_lost(text):
    lines = document.wrap(text, fonts.font(fonts.TEXT), size=document.TEXT, room=ROOM)

    assert all(wide(line) <= ROOM or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Café", [("Figtree-SemiBold", "Café")]),
        ("오트 latte", [("HYGothic-Medium", "오트"), ("Figtree-SemiBold", " latte")]),
        ("抹茶ラテ", [("HeiseiKakuGo-W5", "抹茶ラテ")]),
        ("茶", [("STSong-Light", "茶")]),
        ("شاي x", [("Figtree-SemiBold", "??? x")]),
    ],
    ids=["latin", "korean", "japanese", "chinese", "arabic"],
)
def test_letters_are_written_in_a_font_that_has_them(text, runs):
    assert [(run.font, run.text) for run in fonts.runs_of(text, fonts.font(fonts.TEXT))] == runs


def test_only_what_cannot_be_written_is_unknown():
    assert fonts.unknown_letters(["Café 茶 오트", "شاي"]) == "".join(sorted("شاي"))


def test_a_long_document_goes_on_on_more_pages():
    rows = [Row(label=f"{count} × Thing {count}", amount="€1.00") for count in range(1, 121)]

    pdf = document.draw(paper(*rows))

    words = words_of(pdf)
    assert len(pages_of(pdf)) == 4
    assert all(f"{count} × Thing {count} €1.00" in words for count in range(1, 121))
    assert "Larkspur · Receipt R-1 · 4" in words


def test_the_same_document_is_the_same_file():
    assert document.draw(paper()) == document.draw(paper())
