"""Sheets of token cards: what stands on a card, where on the paper, and the same as PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import segno
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from config.kernel.paper import fonts
from orders.rules import colours
from orders.rules.colours import Paper
from orders.templatetags.display import tint

COLUMNS, ROWS = 2, 5
PER_SHEET: Final = COLUMNS * ROWS
# Millimetres from here on; `components/tcard.css` draws the same card.
CARD_WIDTH, CARD_HEIGHT, STUB_WIDTH = 85.0, 54.0, 34.0
INSET, WORD_ROOM, STUB_ROOM = 5.0, 43.0, 30.0
WORD_SIZES: Final = (10.5, 8.6, 7.0, 5.6, 4.4, 3.4)
NUMBER_SIZE, SMALL_SIZE, STUB_SIZE = 17.0, 2.9, 2.6
CAPITALS: Final = 0.7  # How high a capital stands, in heights of the font.
QR_BOX, QR_QUIET, QR_CORNER = 26.0, 2.0, 2.0
NAME_LINES: Final = 2


class SheetPaper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


class Ink(StrEnum):
    """All colours on white paper, or black alone on card that has its colour already."""

    COLOUR = "colour"
    CARD = "card"


SIZES: Final = {SheetPaper.A4: (210.0, 297.0), SheetPaper.LETTER: (215.9, 279.4)}
BLACK: Final = Paper(face="#ffffff", stub="#ffffff", tear="#000000", ink="#000000")
CUT_INK: Final = {Ink.COLOUR: colours.oklch(0.70, 0, 0), Ink.CARD: "#000000"}
QR_INK: Final = {Ink.COLOUR: colours.oklch(0.22, 0.03, 345), Ink.CARD: "#000000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One card as it is printed: its word and number, and the address in its QR code."""

    word: str
    number: str
    url: str

    @property
    def code(self) -> str:
        return f"{self.word}-{self.number}"

    @property
    def fit(self) -> int:
        """The step of `WORD_SIZES` at which the word fits into its room."""
        width = fonts.width_of(self.word, fonts.DISPLAY)
        fitting = (step for step, size in enumerate(WORD_SIZES) if width * size <= WORD_ROOM)
        return next(fitting, len(WORD_SIZES) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What stands on every card of a venue. `host` and `path` are its short address."""

    venue: str
    promise: tuple[str, ...]
    host: str
    path: str


def missing_letters(faces: Sequence[Face], common: Common) -> str:
    """The letters that a PDF of these cards could not show."""
    texts = (common.venue, common.host, common.path, *common.promise)
    return fonts.missing_letters((*texts, *(face.word for face in faces)))


def draw_sheets(faces: Sequence[Face], common: Common, *, paper: SheetPaper, ink: Ink) -> bytes:
    """The cards as PDF, ten to a sheet."""
    width, height = SIZES[paper]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width * mm, height * mm), invariant=True)
    canvas.setTitle(common.venue)
    left, top = (width - COLUMNS * CARD_WIDTH) / 2, (height + ROWS * CARD_HEIGHT) / 2
    for start in range(0, len(faces), PER_SHEET):
        canvas.scale(mm, mm)
        canvas.translate(left, top)
        sheet = faces[start : start + PER_SHEET]
        for place, face in enumerate(sheet):
            row, column = divmod(place, COLUMNS)
            canvas.saveState()
            canvas.translate(column * CARD_WIDTH, -(row + 1) * CARD_HEIGHT)
            _draw_card(canvas, face, common, ink)
            canvas.restoreState()
        _draw_cuts(canvas, len(sheet), ink)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_card(canvas: Canvas, face: Face, common: Common, ink: Ink) -> None:
    paper = BLACK if ink == Ink.CARD else colours.paper_of(tint(face.code))
    stub = CARD_WIDTH - STUB_WIDTH
    if ink == Ink.COLOUR:
        canvas.setFillColor(paper.face)
        canvas.rect(0, 0, stub, CARD_HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(paper.stub)
        canvas.rect(stub, 0, STUB_WIDTH, CARD_HEIGHT, stroke=0, fill=1)
    canvas.setDash([1, 1])
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(paper.tear)
    canvas.line(stub, 0, stub, CARD_HEIGHT)
    canvas.setFillColor(paper.ink)
    _draw_words(canvas, face, common)
    _draw_stub(canvas, face, common, ink, middle=stub + STUB_WIDTH / 2)


def _draw_cuts(canvas: Canvas, cards: int, ink: Ink) -> None:
    """Where to cut: each line once, or the dashes of neighbours would fill one another's gaps."""
    rows, columns = -(-cards // COLUMNS), min(cards, COLUMNS)
    canvas.setDash([1, 1])
    canvas.setLineWidth(0.2)
    canvas.setStrokeColor(CUT_INK[ink])
    for row in range(rows + 1):
        canvas.line(0, -row * CARD_HEIGHT, columns * CARD_WIDTH, -row * CARD_HEIGHT)
    for column in range(columns + 1):
        canvas.line(column * CARD_WIDTH, 0, column * CARD_WIDTH, -rows * CARD_HEIGHT)


def _draw_words(canvas: Canvas, face: Face, common: Common) -> None:
    text, line = fonts.font(fonts.TEXT), SMALL_SIZE * 1.3
    names = simpleSplit(common.venue, text, SMALL_SIZE, WORD_ROOM)[:NAME_LINES]
    canvas.setFont(text, SMALL_SIZE)
    for number, name in enumerate(names):
        canvas.drawString(INSET, CARD_HEIGHT - INSET - SMALL_SIZE - number * line, name)
    for number, promise in enumerate(reversed(common.promise)):
        _draw_fitted(canvas, promise, SMALL_SIZE, WORD_ROOM, y=INSET + number * line, left=INSET)
    size, gap = WORD_SIZES[face.fit], 2.8
    tall = CAPITALS * (size + NUMBER_SIZE) + gap
    middle = (CARD_HEIGHT - len(names) * line + len(common.promise) * line) / 2
    canvas.setFont(fonts.font(fonts.DISPLAY), size)
    canvas.drawString(INSET, middle + tall / 2 - CAPITALS * size, face.word)
    canvas.setFont(fonts.DISPLAY, NUMBER_SIZE)
    canvas.drawString(INSET, middle - tall / 2, face.number)


def _draw_stub(canvas: Canvas, face: Face, common: Common, ink: Ink, *, middle: float) -> None:
    lines, line = _address_lines(common, face), STUB_SIZE * 1.25
    bottom = (CARD_HEIGHT - QR_BOX - QR_QUIET - len(lines) * line) / 2 + len(lines) * line
    for number, text in enumerate(lines):
        _draw_fitted(
            canvas, text, STUB_SIZE, STUB_ROOM, y=bottom - (number + 1) * line, middle=middle
        )
    canvas.saveState()
    canvas.translate(middle - QR_BOX / 2, bottom + QR_QUIET)
    if ink == Ink.COLOUR:
        canvas.setFillColor("#ffffff")
        canvas.roundRect(0, 0, QR_BOX, QR_BOX, QR_CORNER, stroke=0, fill=1)
    canvas.setFillColor(QR_INK[ink])
    canvas.translate(QR_QUIET, QR_QUIET)
    _draw_qr(canvas, face.url, side=QR_BOX - 2 * QR_QUIET)
    canvas.restoreState()


def _draw_qr(canvas: Canvas, text: str, *, side: float) -> None:
    """All squares as one shape, so that no hairline of paper shows between them."""
    rows = tuple(segno.make(text, error="m", micro=False).matrix)
    module = side / len(rows)
    shape = canvas.beginPath()
    for row, dots in enumerate(rows):
        for column, is_dark in enumerate(dots):
            if is_dark:
                shape.rect(column * module, side - (row + 1) * module, module, module)
    canvas.drawPath(shape, stroke=0, fill=1)


def _address_lines(common: Common, face: Face) -> tuple[str, ...]:
    address = common.host + common.path
    is_short = fonts.width_of(address, fonts.TEXT) * STUB_SIZE <= STUB_ROOM
    return (address, face.code) if is_short else (common.host, common.path, face.code)


def _draw_fitted(
    canvas: Canvas, text: str, size: float, room: float, *, y: float,
    left: float | None = None, middle: float = 0.0,
) -> None:  # fmt: skip
    """A line of text, smaller where it would not fit; from the left, or around a middle."""
    width = fonts.width_of(text, fonts.TEXT)
    size = min(size, room / width) if width else size
    canvas.setFont(fonts.font(fonts.TEXT), size)
    canvas.drawString(middle - width * size / 2 if left is None else left, y, text)
