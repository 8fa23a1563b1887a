"""The evidence on a dispute as PDF, for a bank: what happened, section by section."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from config.front.paper.facts import Entry, Letterhead, Section
from config.front.paper.letters import as_markup
from config.kernel.paper import fonts
from config.kernel.written_money import currency_symbol, money_text
from orders.templatetags.display import when_text

INK: Final = HexColor("#2b2027")
PALE: Final = HexColor("#6d6069")
RULE: Final = HexColor("#d9d2d6")
MARGIN: Final = 18 * mm
PADDING: Final = 6  # What reportlab keeps free around its frame.
# When, what, how much.
COLUMNS: Final = (36 * mm, 104 * mm, 34 * mm)
LINES: Final = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


def draw_evidence(head: Letterhead, sections: Iterable[Section]) -> bytes:
    """All of it on A4, in the active time zone and language."""
    styles, file = _styles(), io.BytesIO()
    story: list[Any] = [
        Paragraph(as_markup(head.venue), styles["small"]),
        Paragraph(as_markup(head.title, fonts.DISPLAY), styles["title"]),
        Paragraph(as_markup(head.address), styles["small"]),
    ]
    for section in sections:
        story += _section(_printable(section, head.currency), styles)
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=head.title,
        author=head.venue,
        invariant=1,
    )
    foot = partial(_foot, text=head.name)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _printable(section: Section, currency: str) -> Section:
    """With the currency's code where the fonts lack its sign, as with the won."""
    sign = currency_symbol(currency)
    if not fonts.missing_letters([sign]):
        return section
    return replace(
        section,
        entries=tuple(
            replace(
                entry,
                label=entry.label.replace(sign, f"{currency}\u00a0"),
                text=entry.text.replace(sign, f"{currency}\u00a0"),
            )
            for entry in section.entries
        ),
    )


def _amount(entry: Entry) -> str:
    if entry.amount is None:
        return ""
    written = money_text(entry.amount)
    return str(entry.amount) if fonts.unknown_letters([written]) else written


def _section(section: Section, styles: dict[str, ParagraphStyle]) -> list[Any]:
    rows = [_row(entry, styles) for entry in section.entries]
    return [
        Spacer(0, 6 * mm),
        Paragraph(as_markup(section.title, fonts.DISPLAY), styles["heading"]),
        # A text may be longer than a page, so a row may be split too.
        LongTable(rows, colWidths=COLUMNS, style=LINES, splitInRow=1, hAlign="LEFT"),
    ]


def _row(entry: Entry, styles: dict[str, ParagraphStyle]) -> Sequence[Any]:
    when = when_text(entry.at, "moment") if entry.at else ""
    what = [Paragraph(as_markup(entry.label), styles["body"])]
    if entry.text:
        what.append(Paragraph(as_markup(entry.text), styles["small"]))
    return (
        Paragraph(as_markup(when), styles["small"]),
        what,
        Paragraph(as_markup(_amount(entry)), styles["amount"]),
    )


def _foot(canvas: Canvas, _document: SimpleDocTemplate, *, text: str) -> None:
    canvas.saveState()
    canvas.setFont(fonts.font(fonts.TEXT), 7.5)
    canvas.setFillColor(PALE)
    canvas.drawString(MARGIN, 10 * mm, text)
    canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(canvas.getPageNumber()))
    canvas.restoreState()


def _styles() -> dict[str, ParagraphStyle]:
    text, display = fonts.font(fonts.TEXT), fonts.font(fonts.DISPLAY)
    body = ParagraphStyle("body", fontName=text, fontSize=9.5, leading=13, textColor=INK)
    return {
        "body": body,
        "small": ParagraphStyle("small", parent=body, fontSize=8.5, leading=11.5, textColor=PALE),
        "amount": ParagraphStyle("amount", parent=body, alignment=2),
        "title": ParagraphStyle("title", parent=body, fontName=display, fontSize=20, leading=26),
        "heading": ParagraphStyle(
            "heading", parent=body, fontName=display, fontSize=12.5, leading=17, spaceAfter=3
        ),
    }
