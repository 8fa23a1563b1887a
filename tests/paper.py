"""Reading printed codes back: PDF pages as pixels, and every QR code on them."""

from __future__ import annotations

import pypdfium2
import zxingcpp

# What a cheap printer and an old scanner manage.
DOTS_PER_INCH = 150


def pages_of(pdf):
    """Each page of a PDF, as an image."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DOTS_PER_INCH / 72).to_pil() for page in document]


def sizes_of(pdf):
    """Width and height of each page, in whole millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]


def codes_on(image):
    """What the QR codes on an image say, in alphabetical order."""
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def words_of(pdf):
    """All that is written in a PDF, one line as one space, amounts with plain ones."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())
