"""Addresses of the pages about token cards, and what stands on them."""

from __future__ import annotations

import re

HOME = "/v/larkspur-coffee/tokens/"
A4, LETTER = (210, 297), (216, 279)


def addresses(cards):
    return sorted(f"http://testserver/t/{card.key}/" for card in cards)


def shown(page):
    """The cards on a page, in their order."""
    return re.findall(r'<article class="tcard"[^>]* aria-label="([^"]+)"', page.content.decode())


def card_page(card, step=""):
    return f"{HOME}cards/{card.pk}/{step}"
