from __future__ import annotations

import pytest

from orders.rules.texts import (
    ReasonMissing,
    TextTooLong,
    tidy,
    tidy_paragraphs,
    tidy_reason,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Table \t 4\n", "Table 4"),
        ("D\u00f3nal", "Dónal"),
        ("Do\u0301nal", "Dónal"),
        ("a\x00b\x07c", "abc"),
        ("lone \ud800 half", "lone half"),
        ("\u202eevil", "evil"),
        ("👩\u200d🍳 brunch", "👩\u200d🍳 brunch"),
        ("민트", "민트"),
        ("\x00", ""),
    ],
)
def test_a_line_is_tidied(typed, kept):
    assert tidy(typed, limit=20) == kept


def test_too_much_is_refused_with_the_limit():
    assert tidy("x" * 20, limit=20) == "x" * 20
    with pytest.raises(TextTooLong, match="20 characters"):
        tidy("x" * 21, limit=20)


def test_paragraphs_keep_their_breaks_and_their_limit():
    assert tidy_paragraphs("One  line\r\n\r\nand\tanother\n", limit=30) == "One line\n\nand another"
    with pytest.raises(TextTooLong):
        tidy_paragraphs("one\ntwo\nthree", limit=10)


@pytest.mark.parametrize("typed", ["", "  ", "\x00\n"])
def test_a_reason_needs_words(typed):
    with pytest.raises(ReasonMissing):
        tidy_reason(typed, limit=10)


def test_a_reason_is_tidied_too():
    assert tidy_reason(" made  wrong ", limit=20) == "made wrong"
