"""How the words of mails are laid out: names on one line, plain text without gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# All white space but the one that keeps an amount together.
GAPS: Final = re.compile(r"[^\S\u00a0]+")


def flat(text: str) -> str:
    """One line: a line break in a name must not look like a line of ours."""
    return GAPS.sub(" ", text).strip()


def tidy(lines: Iterable[str]) -> str:
    """Plain text without the gaps that template tags leave: one blank line at most."""
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"
