"""A document of words and amounts as PDF: a head, facts, rows with sums, and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from config.kernel.paper import fonts

# Points from here on. A column as wide as a receipt reads well, in the middle of A4.
PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
COLUMN, EDGE = 400.0, 56.0
LEFT: Final = (PAGE_WIDTH - COLUMN) / 2
RIGHT: Final = LEFT + COLUMN
TEXT, SMALL, BIG, TITLE = 10.5, 9.0, 16.0, 24.0
LINE: Final = 1.4
GAP: Final = 12.0
FACT_ROOM, AMOUNT_GAP = 110.0, 14.0
INK, QUIET, RULE = "#2c1b26", "#5d4b55", "#d9cdca"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Words on the left, an amount on the right, and what is said below in smaller letters."""

    label: str
    amount: str = ""
    detail: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is printed. `stamp` stands beside the title: paid, or taken back."""

    sender: tuple[str, ...]
    title: str
    stamp: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    sums: tuple[Row, ...]
    notes: tuple[str, ...]
    language: str
    brand: str

    @property
    def texts(self) -> Iterator[str]:
        """Every word of it."""
        yield from (*self.sender, self.title, self.stamp, *self.notes)
        for label, fact in self.facts:
            yield from (label, fact)
        for row in (*self.rows, *self.sums):
            yield from (row.label, row.amount, row.detail)

    @property
    def unknown_letters(self) -> str:
        """Letters that the PDF cannot show."""
        return fonts.unknown_letters(self.texts)


def draw(document: Document) -> bytes:
    """The document as PDF. What does not fit on a page goes on on the next."""
    pen = Pen(document)
    _draw_head(pen, document)
    for label, fact in document.facts:
        pen.fact(label, fact)
    pen.rule()
    for row in document.rows:
        pen.row(row)
    pen.rule()
    for row in document.sums:
        pen.row(row)
    for note in document.notes:
        pen.skip(GAP)
        pen.paragraph(note, size=SMALL, colour=QUIET)
    return pen.finish()


def wrap(text: str, name: str, *, size: float, room: float) -> tuple[str, ...]:
    """The text in lines that fit; a word that is wider than a line is broken where it must be."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if _width(longer, name) * size <= room:
            lines[-1] = longer
            continue
        *whole, rest = _broken(word, name, size=size, room=room)
        lines += [*whole, rest]
    return tuple(line for line in lines if line) or ("",)


def _broken(word: str, name: str, *, size: float, room: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter, name) * size > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _width(text: str, name: str) -> float:
    return sum(run.width for run in fonts.runs_of(text, name))


def _draw_head(pen: Pen, document: Document) -> None:
    name, *rest = document.sender
    pen.line(name, size=BIG, font=fonts.DISPLAY, colour=document.brand)
    for text in rest:
        pen.paragraph(text, size=SMALL, colour=QUIET)
    pen.skip(2 * GAP)
    pen.line(document.title, size=TITLE, font=fonts.DISPLAY, right=document.stamp)
    pen.skip(GAP / 2)


class Pen:
    """Writes from the top of a page to its foot, and goes on on the next one."""

    def __init__(self, document: Document) -> None:
        # The name is for writing files, which is not done here.
        self._canvas = Canvas(
            "", pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=True, lang=document.language
        )
        self._canvas.setTitle(f"{document.title} · {document.sender[0]}")
        self._canvas.setAuthor(document.sender[0])
        self._foot = f"{document.sender[0]} · {document.title}"
        self._page, self._y = 1, PAGE_HEIGHT - EDGE

    def skip(self, height: float) -> None:
        self._y -= height

    def rule(self) -> None:
        """A dashed line, as on every bill."""
        self.skip(GAP)
        self._canvas.setStrokeColor(RULE)
        self._canvas.setDash([4, 3])
        self._canvas.line(LEFT, self._y, RIGHT, self._y)
        self.skip(GAP / 2)

    def line(
        self,
        text: str,
        *,
        size: float,
        font: str = fonts.TEXT,
        colour: str = INK,
        right: str = "",
    ) -> None:
        """Words from the left, wrapped, and perhaps others at the right of the first line."""
        beside = _width(right, fonts.TEXT) * TEXT
        room = COLUMN - (beside + AMOUNT_GAP if right else 0)
        self._lines(text, font=font, size=size, colour=colour, room=room)
        if right:
            self._write(right, x=RIGHT - beside, y=self._first, size=TEXT, colour=colour)

    def paragraph(self, text: str, *, size: float, colour: str) -> None:
        self._lines(text, font=fonts.TEXT, size=size, colour=colour, room=COLUMN)

    def fact(self, label: str, fact: str) -> None:
        """A name and what it stands for, side by side."""
        room = COLUMN - FACT_ROOM
        self._lines(fact, font=fonts.TEXT, size=TEXT, colour=INK, room=room, indent=FACT_ROOM)
        self._write(label, x=LEFT, y=self._first, size=TEXT, colour=QUIET)

    def row(self, row: Row) -> None:
        """A thing and its amount; the total in large letters."""
        font, size = (fonts.DISPLAY, BIG) if row.is_total else (fonts.TEXT, TEXT)
        wide = _width(row.amount, font) * size
        self.skip(3)
        self._lines(row.label, font=font, size=size, colour=INK, room=COLUMN - wide - AMOUNT_GAP)
        self._write(row.amount, x=RIGHT - wide, y=self._first, size=size, font=font)
        if row.detail:
            room = COLUMN - wide - AMOUNT_GAP
            self._lines(row.detail, font=fonts.TEXT, size=SMALL, colour=QUIET, room=room)

    def finish(self) -> bytes:
        self._number_page()
        self._canvas.showPage()
        made: bytes = self._canvas.getpdfdata()
        return made

    def _lines(
        self, text: str, *, font: str, size: float, colour: str, room: float, indent: float = 0.0
    ) -> None:
        lines = wrap(text, fonts.font(font), size=size, room=room)
        self._need(size * LINE)
        self._first = self._y - size
        for line in lines:
            self._need(size * LINE)
            self._write(
                line, x=LEFT + indent, y=self._y - size, size=size, font=font, colour=colour
            )
            self.skip(size * LINE)

    def _need(self, height: float) -> None:
        if self._y - height < EDGE + SMALL * LINE:
            self._number_page()
            self._canvas.showPage()
            self._page, self._y = self._page + 1, PAGE_HEIGHT - EDGE

    def _number_page(self) -> None:
        if self._page > 1:
            self._write(
                f"{self._foot} · {self._page}", x=LEFT, y=EDGE / 2, size=SMALL, colour=QUIET
            )

    def _write(
        self,
        text: str,
        *,
        x: float,
        y: float,
        size: float,
        font: str = fonts.TEXT,
        colour: str = INK,
    ) -> None:
        self._canvas.setFillColor(colour)
        for run in fonts.runs_of(text, fonts.font(font)):
            self._canvas.setFont(run.font, size)
            self._canvas.drawString(x, y, run.text)
            x += run.width * size
