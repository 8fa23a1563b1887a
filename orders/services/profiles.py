"""How a venue presents itself: its name, where it is, and how guests reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Venue
from orders.rules.texts import tidy
from orders.services.customers import clean_email

MOST_TIPS: Final = 4


class ProfileUnclear(DomainError):
    """Guests could make nothing of this."""

    code = "profile_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a manager may say about the venue."""

    name: str
    address: str
    phone: str
    reply_to: str
    tip_percents: tuple[int, ...]
    sends_to_bar: bool


@transaction.atomic
def describe(*, venue: Venue, profile: Profile) -> Venue:
    """Show this on pages and mails from now on; receipts that were issued keep what they say.

    :raises ProfileUnclear: no name, or tips that nobody would give.
    :raises EmailUnclear, TextTooLong: something typed cannot be kept.
    """
    venue.name = tidy(profile.name, limit=80)
    if not venue.name:
        raise ProfileUnclear(gettext_noop("A venue needs a name."))
    percents = profile.tip_percents
    if len(percents) > MOST_TIPS or any(not 1 <= percent <= 100 for percent in percents):  # noqa: PLR2004 - per cent.
        raise ProfileUnclear(gettext_noop("Suggest up to four tips, between 1 and 100 per cent."))
    venue.address = tidy(profile.address, limit=200)
    venue.phone = tidy(profile.phone, limit=32)
    venue.reply_to = clean_email(profile.reply_to)
    venue.tip_percents = sorted(set(percents))
    venue.sends_to_bar = profile.sends_to_bar
    venue.save(
        update_fields=["name", "address", "phone", "reply_to", "tip_percents", "sends_to_bar"]
    )
    return venue
