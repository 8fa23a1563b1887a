"""A file that somebody saved as CSV, read as a table of text or refused with a reason.

The letters: UTF-8 and UTF-16 by their mark or their pattern, else Windows-1252, which is what
spreadsheets in western Europe and America save. Windows-1252 makes a letter of nearly every byte,
so a long run of them from the upper half is taken for what it is: another code, refused.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.kernel.errors import DomainError, gettext_noop

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 20_000
_SEPARATORS: Final = ",;\t"
_NAMED_SEPARATOR: Final = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_MARKS: Final[Mapping[bytes, str]] = {
    BOM_UTF8: "utf-8-sig",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
}
_UNKNOWN_LETTERS: Final = gettext_noop(
    "We cannot tell which letters these are. Save the file as “CSV UTF-8”."
)
_OTHER_FILES: Final[Mapping[bytes, str]] = {
    # It begins like UTF-16, so it has to be told first.
    BOM_UTF32_LE: _UNKNOWN_LETTERS,
    b"PK\x03\x04": gettext_noop("This is a workbook. Save it as “CSV UTF-8” and try again."),
    b"\xd0\xcf\x11\xe0": gettext_noop("This is a workbook. Save it as “CSV UTF-8” and try again."),
    b"%PDF": gettext_noop("This is a PDF. A CSV file is needed."),
}
_FOREIGN_RUN: Final = re.compile(rb"[\x80-\xff]{4}")
_NAMES: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}


class FileUnreadable(DomainError):
    """The file as a whole is of no use; there is no row to speak of."""

    code = "file_unreadable"


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the line of the file it begins on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The columns' names and everything below them that is not empty."""

    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(data: bytes) -> Table:
    """:raises FileUnreadable: too large, not a table, empty, or in letters we cannot tell."""
    if len(data) > MOST_BYTES:
        raise FileUnreadable(
            gettext_noop("The file is larger than %(most)s MB."), most=MOST_BYTES // 1024**2
        )
    encoding = _encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown_letters() from error
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise FileUnreadable(gettext_noop("The file is empty."))
    names = tuple(" ".join(name.split()) for name in header.cells)
    return Table(encoding=_NAMES[encoding], header=names, rows=_within_limit(rows))


def _encoding_of(data: bytes) -> str:
    why = next((why for start, why in _OTHER_FILES.items() if data.startswith(start)), None)
    if why is not None:
        raise FileUnreadable(why)
    marked = (encoding for mark, encoding in _MARKS.items() if data.startswith(mark))
    return next(marked, None) or _encoding_without_mark(data)


def _encoding_without_mark(data: bytes) -> str:
    if b"\0" in data:
        return _utf16_without_mark(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _FOREIGN_RUN.search(data):
            raise _unknown_letters() from error
        return "cp1252"
    return "utf-8"


def _utf16_without_mark(data: bytes) -> str:
    """Every letter of our alphabet has an empty byte, before or behind it."""
    sample = data[:2000]
    before, behind = sample[0::2].count(0), sample[1::2].count(0)
    if max(before, behind) < len(sample) // 4 or min(before, behind) > len(sample) // 40:
        raise _unknown_letters()
    return "utf-16-be" if before > behind else "utf-16-le"


def _unknown_letters() -> FileUnreadable:
    return FileUnreadable(_UNKNOWN_LETTERS)


def _rows(text: str) -> Iterator[Row]:
    """Rows with something in them; the first is the header."""
    first, _, below = text.partition("\n")
    named = _NAMED_SEPARATOR.fullmatch(first)
    lines = io.StringIO(below if named else text, newline="")
    reader = csv.reader(lines, delimiter=named[1] if named else _separator(text), strict=True)
    offset = 1 if named else 0
    while True:
        line = reader.line_num + offset + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileUnreadable(
                gettext_noop(
                    "From line %(line)s on the cells cannot be told apart. "
                    "A quotation mark is missing there, or one too many."
                ),
                line=line,
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))


def _separator(text: str) -> str:
    """Whatever stands most often in the first line that is not empty."""
    head = text.lstrip("\r\n\ufeff ").partition("\n")[0]
    return max(_SEPARATORS, key=head.count)


def _within_limit(rows: Iterator[Row]) -> tuple[Row, ...]:
    kept: list[Row] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise FileUnreadable(
                gettext_noop("The file has more than %(most)s rows. Split it."), most=MOST_ROWS
            )
        kept.append(row)
    if not kept:
        raise FileUnreadable(gettext_noop("There is nothing below the names of the columns."))
    return tuple(kept)
