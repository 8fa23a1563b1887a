"""The two fonts of everything printed, in the one format that the PDF writer can embed.

The pages have variable fonts as WOFF2. Beside them stand one weight of each as TrueType: latin and
latin-ext in one file, without the tables for typesetting. Both are under the same open licence.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

DISPLAY: Final = "Gabarito-ExtraBold"
TEXT: Final = "Figtree-SemiBold"
_FILES: Final = {DISPLAY: "gabarito-latin-800.ttf", TEXT: "figtree-latin-600.ttf"}


def font(name: str) -> str:
    """The font of this name, made known to the PDF writer."""
    _font(name)
    return name


def width_of(text: str, name: str) -> float:
    """How wide a text runs, in heights of its font; a letter that is missing counts as square."""
    letters = _font(name).face.charToGlyph
    there = "".join(letter for letter in text if ord(letter) in letters)
    return float(pdfmetrics.stringWidth(there, name, 1)) + len(text) - len(there)


def missing_letters(texts: Iterable[str]) -> str:
    """The letters of these texts that neither font has, each once."""
    wanted = sorted({letter for text in texts for letter in text if not letter.isspace()})
    faces = [_font(name).face.charToGlyph for name in _FILES]
    return "".join(each for each in wanted if any(ord(each) not in face for face in faces))


@cache
def _font(name: str) -> TTFont:
    folder = Path(settings.BASE_DIR) / "config" / "static" / "fonts"
    made = TTFont(name, str(folder / _FILES[name]))
    pdfmetrics.registerFont(made)
    return made
