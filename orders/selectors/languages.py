"""Which of the languages we speak somebody is written to in."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from orders.models import Venue


def language_of(venue: Venue) -> str:
    """The language of a venue's mails: its own where we speak it."""
    try:
        return translation.get_supported_language_variant(venue.locale)
    except LookupError:
        return settings.LANGUAGE_CODE
