"""Cells of files for spreadsheets: text that a program would run as a formula stays text.

What begins with a formula's sign, behind whatever spaces and quotation marks, gets one apostrophe
in front, on each of its lines, because a careless program may start afresh on any of them. Reading
takes exactly that apostrophe off again, so that writing and reading loses nothing.
"""

from __future__ import annotations

import re
from typing import Final

# The wide forms are what a Japanese or Korean keyboard gives; TAB and CR begin a cell of their own.
_RISKY: Final = re.compile(
    r"""(?m)^(?=(?:['"\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|\t|\r))"""
)
_MADE_SAFE: Final = re.compile(r"(?m)^'" + _RISKY.pattern.removeprefix("(?m)^"))


def as_text(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return _RISKY.sub("'", cell)


def as_written(cell: str) -> str:
    """What somebody wrote, from a cell that may have been made safe."""
    return _MADE_SAFE.sub("", cell)
