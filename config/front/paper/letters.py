"""Texts in any script as paragraphs: each stretch in a font that has its letters, nothing lost.

A letter that no font has is written as its code, such as [U+0645]: a bank must see that something
stands there.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from config.kernel.paper import fonts


def as_markup(text: str, base: str = fonts.TEXT) -> str:
    """The text as reportlab's paragraphs take it."""
    lines = _spelled(text).split("\n")
    return "<br/>".join(_line(line, fonts.font(base)) for line in lines)


def _line(text: str, base: str) -> str:
    return "".join(
        f'<font name="{run.font}">{escape(run.text)}</font>' for run in fonts.runs_of(text, base)
    )


def _spelled(text: str) -> str:
    """Every space one that is printed, and unknown letters as their codes."""
    unknown = set(fonts.unknown_letters([text]))
    return "".join(_written(letter, unknown) for letter in text.replace("\r\n", "\n"))


def _written(letter: str, unknown: set[str]) -> str:
    if letter in unknown:
        return f"[U+{ord(letter):04X}]"
    # Of all the kinds of space, the one that keeps an amount together stays what it is.
    return " " if letter.isspace() and letter not in "\n\u00a0" else letter
