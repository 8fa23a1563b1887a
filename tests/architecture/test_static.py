"""The look keeps its own rules: layers, one home for colours, short files, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "config" / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
SCRIPTS = sorted((ROOT / "config" / "static" / "js").glob("*.js"))
# Mails have no style sheet to lean on: what they must do instead is tested with them.
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts
)
LAYERS = "tokens, reset, base, layout, components, utilities, print"
IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b(?![^{}]*\{)|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\("
    r"|(?<![\w-])(?:white|black|red|green|blue|grey|gray|orange|yellow|purple|pink)(?![\w-])",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_a_style_sheet_is_short(sheet):
    assert len(sheet.read_text().splitlines()) <= 120


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_a_style_sheet_is_written_to_be_read(sheet):
    too_long = [line for line in sheet.read_text().splitlines() if len(line) > 100]

    assert too_long == []


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_only_the_tokens_name_colours(sheet):
    if sheet == CSS / "tokens.css":
        return
    rules = COMMENT.sub("", sheet.read_text())

    named = [found.group() for found in RAW_COLOUR.finditer(rules)]

    assert named == []


def test_a_raw_colour_would_be_noticed():
    planted = ["#fff", "#A1B2C3", "white", "rgb(", "oklch("]

    for colour in planted:
        assert RAW_COLOUR.search(f"p {{ color: {colour}; }}"), colour


def test_a_name_is_not_taken_for_a_colour():
    harmless = [
        "white-space: nowrap",
        "var(--white)",
        "color-mix(in oklch, var(--a), var(--b))",
        "#header { margin: 0",
    ]

    for text in harmless:
        assert not RAW_COLOUR.search(text), text


def test_the_cascade_is_declared_once_and_first():
    statements = COMMENT.sub("", (CSS / "main.css").read_text()).split(";")

    assert statements[0].strip() == f"@layer {LAYERS}"


def test_sheets_are_imported_in_the_order_of_their_layers():
    layers = [layer for _sheet, layer in IMPORT.findall((CSS / "main.css").read_text())]

    assert layers == sorted(layers, key=LAYERS.split(", ").index)


def test_every_sheet_is_imported_once():
    imported = [sheet for sheet, _layer in IMPORT.findall((CSS / "main.css").read_text())]
    written = [str(sheet.relative_to(CSS)) for sheet in SHEETS]

    assert sorted([*imported, "admin.css", "main.css"]) == sorted(written)


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_a_script_is_short_and_evaluates_nothing(script):
    text = script.read_text()

    assert len(text.splitlines()) <= 150
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)


def test_the_sign_for_won_fetches_no_font():
    """U+20A9 stays out of the extended range, or each Korean price costs two more files."""
    rules = COMMENT.sub("", (CSS / "fonts.css").read_text())
    ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", rules)

    covering = [
        first for first, last in ranges if int(first, 16) <= 0x20A9 <= int(last or first, 16)
    ]

    assert len(ranges) > 20
    assert covering == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_is_short_and_opens_with_its_context(template):
    lines = template.read_text().splitlines()

    assert len(lines) <= 120
    assert re.fullmatch(r"\{# .+ #\}", lines[0])


INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b", re.IGNORECASE),
    "a script without a nonce or an address": re.compile(
        r"<script(?![^>]*\b(?:src|nonce)=)", re.IGNORECASE
    ),
    "a style without a nonce": re.compile(r"<style(?![^>]*\bnonce=)", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_holds_nothing_the_policy_forbids(template):
    text = template.read_text()

    found = [what for what, pattern in INLINE.items() if pattern.search(text)]

    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">',
        '<a href="/" onclick="go()">',
        '<b hx-on:click="x">',
        "<script>x()</script>",
        "<style>p {}</style>",
    ],
)
def test_what_the_policy_forbids_would_be_noticed(planted):
    assert any(pattern.search(planted) for pattern in INLINE.values())


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_an_include_says_what_it_hands_over(template):
    includes = re.findall(r"\{% include [^%]+%\}", template.read_text())

    assert [tag for tag in includes if not tag.endswith(" only %}")] == []


def test_the_base_decides_once_how_answers_are_swapped():
    base = (ROOT / "templates" / "base.html").read_text()

    assert base.count('<meta name="htmx-config"') == 1
    assert '"allowEval":false' in base
    assert '{"code":"422","swap":true}' in base
