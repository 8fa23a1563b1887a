"""Codes of token cards: a word and a number, however somebody types them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TYPED: Final = re.compile(r"\s*([^\W\d_]+)[\W_]*0*(\d{1,4})\s*")


def code_of(word: str, number: int) -> str:
    """What stands on the card: MINT-42, PLUM-07."""
    return f"{word.upper()}-{number:02d}"


def read_code(typed: str) -> str | None:
    """The code meant by "mint 42", "Mint-42" or "MINT042"; None when it is none.

    Keyboards differ in how they write one letter: accents apart, letters and digits of full width.
    """
    match = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed))
    if match is None:
        return None
    word, number = match.groups()
    return code_of(word, int(number))
