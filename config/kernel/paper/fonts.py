"""The two fonts of everything printed, in the one format that the PDF writer can embed.

The pages have variable fonts as WOFF2. Beside them stand one weight of each as TrueType: latin and
latin-ext in one file, without the tables for typesetting. Both are under the same open licence.

Chinese, Japanese and Korean are written in the standard fonts that every reader of PDF brings for
them; they are too large to embed in a receipt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

DISPLAY: Final = "Gabarito-ExtraBold"
TEXT: Final = "Figtree-SemiBold"
# What a letter becomes that no font here has.
UNKNOWN: Final = "?"
_EASTERN: Final = re.compile(
    "[\u1100-\u11ff\u3000-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)
# The first script a text has decides for all of it: they share the characters of Chinese.
_SCRIPTS: Final = (
    (re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "HYGothic-Medium"),
    (re.compile("[\u3040-\u30ff]"), "HeiseiKakuGo-W5"),
    (_EASTERN, "STSong-Light"),
)
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


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring letters of one font, and how wide they run in heights of it."""

    font: str
    text: str

    @property
    def width(self) -> float:
        return float(pdfmetrics.stringWidth(self.text, self.font, 1))


def runs_of(text: str, name: str) -> tuple[Run, ...]:
    """The text in runs of fonts that have its letters; what none has is `UNKNOWN`."""
    letters, eastern = _font(name).face.charToGlyph, _eastern_font(text)
    found = (
        (name, letter)
        if ord(letter) in letters
        else (eastern, letter)
        if _EASTERN.match(letter)
        else (name, UNKNOWN)
        for letter in text
    )
    return tuple(
        Run(font, "".join(letter for _font_name, letter in group))
        for font, group in groupby(found, key=itemgetter(0))
    )


def unknown_letters(texts: Iterable[str]) -> str:
    """The letters of these texts that can only be written as `UNKNOWN`, each once."""
    return "".join(each for each in missing_letters(texts) if not _EASTERN.match(each))


def _eastern_font(text: str) -> str:
    name = next((font for script, font in _SCRIPTS if script.search(text)), "")
    if name and name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@cache
def _font(name: str) -> TTFont:
    folder = Path(settings.BASE_DIR) / "config" / "static" / "fonts"
    made = TTFont(name, str(folder / _FILES[name]))
    pdfmetrics.registerFont(made)
    return made
