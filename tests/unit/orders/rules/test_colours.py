"""The stylesheet's recipes, worked out for mail programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orders.rules.colours import PAPER_HUES, brand_by_night, brand_of, oklch, paper_of

TOKENS = Path(__file__).resolve().parents[4] / "config" / "static" / "css" / "tokens.css"


@pytest.mark.parametrize(
    ("lightness", "chroma", "hue", "expected"),
    [
        (0, 0, 0, "#000000"),
        (1, 0, 0, "#ffffff"),
        (0.5999, 0, 0, "#808080"),
        (0.628, 0.2577, 29.23, "#ff0000"),
        (0.8664, 0.2948, 142.5, "#00ff00"),
        (0.452, 0.3132, 264.05, "#0000ff"),
        (0.9, 0.4, 142, "#00ff00"),
    ],
)
def test_a_colour_is_worked_out_in_srgb(lightness, chroma, hue, expected):
    red, green, blue = (int(oklch(lightness, chroma, hue)[at : at + 2], 16) for at in (1, 3, 5))
    wanted = [int(expected[at : at + 2], 16) for at in (1, 3, 5)]

    assert all(abs(got - want) <= 1 for got, want in zip((red, green, blue), wanted, strict=True))


def test_papers_have_the_hues_of_the_stylesheet():
    in_css = re.findall(r'\[data-tint="(\w+)"\] \{ --th: (\d+); \}', TOKENS.read_text())

    assert {tint: int(hue) for tint, hue in in_css} == dict(PAPER_HUES)


@pytest.mark.parametrize("tint", PAPER_HUES)
def test_print_on_paper_can_be_read(tint):
    paper = paper_of(tint)

    assert contrast(paper.ink, paper.face) >= 6.5
    assert contrast(paper.ink, paper.stub) >= 6.5


@pytest.mark.parametrize("hue", range(0, 361, 15))
@pytest.mark.parametrize("chroma", [40, 120])
def test_words_on_a_venues_colour_can_be_read_by_day_and_by_night(hue, chroma):
    assert contrast("#ffffff", brand_of(hue, chroma)) >= 7
    assert contrast("#2b0f1f", brand_by_night(hue, chroma)) >= 7


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
