"""Printed paper: fonts that can be embedded, and a document of words and amounts as PDF."""

from __future__ import annotations

from django.http import HttpResponse


def answer_with(pdf: bytes, name: str) -> HttpResponse:
    """A PDF as an answer: shown where the browser can, and kept under its name."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
