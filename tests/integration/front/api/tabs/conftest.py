"""How calls about tabs are asked and counted."""

from __future__ import annotations

EUR = "EUR"


def eur(minor):
    return {"minor": minor, "currency": EUR}
