"""Colours for mail programs, which know no oklch: the stylesheet's recipes worked out in sRGB."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# The hues of token papers; the stylesheet's `--th` of the same name.
PAPER_HUES: Final[Mapping[str, int]] = {
    "mint": 165, "pear": 118, "honey": 86, "coral": 45,
    "rose": 10, "plum": 330, "lilac": 296, "sky": 236,
}  # fmt: skip
_LINEAR_PART: Final = 0.0031308


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A token's paper: its face, its stub, the tear between them, and the print."""

    face: str
    stub: str
    tear: str
    ink: str


def paper_of(tint: str) -> Paper:
    """The paper of a tint, as it looks by day."""
    hue = PAPER_HUES[tint]
    return Paper(
        face=oklch(0.895, 0.068, hue),
        stub=oklch(0.84, 0.085, hue),
        tear=oklch(0.72, 0.075, hue),
        ink=oklch(0.31, 0.062, hue),
    )


def brand_of(hue: int, chroma_permille: int) -> str:
    """A venue's own colour, dark enough for white words on it."""
    return oklch(0.38, chroma_permille / 1000, hue)


def brand_by_night(hue: int, chroma_permille: int) -> str:
    """The same for a dark page: light enough for dark words on it."""
    return oklch(0.85, chroma_permille / 1000 * 0.54, hue)


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """A colour as `#rrggbb` (bottosson.github.io/posts/oklab); cut off where sRGB ends."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in light)


def _encoded(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    if part <= _LINEAR_PART:
        return 12.92 * part
    return float(1.055 * part ** (1 / 2.4) - 0.055)
