"""How the words of mails are laid out: names on one line, plain text without gaps."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import Final

WIDTH: Final = 72
# All white space but the one that keeps an amount together.
GAPS: Final = re.compile(r"[^\S\u00a0]+")


def flat(text: str) -> str:
    """One line: a line break in a name must not look like a line of ours."""
    return GAPS.sub(" ", text).strip()


def tidy(lines: Iterable[str]) -> str:
    """Plain text as mail has it: one blank line at most, and no long lines but for an address."""
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept += _broken(line)
    return "\n".join(kept).strip() + "\n"


def _broken(line: str) -> list[str]:
    """Between words only: a link that is broken opens nothing."""
    indent = " " * (len(line) - len(line.lstrip(" ")))
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=indent and indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [line]
