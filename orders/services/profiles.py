"""How a venue presents itself: its name, where it is, and how guests reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.money import Money
from orders.models import Venue
from orders.rules.bank_accounts import clean_account
from orders.rules.texts import tidy
from orders.services.customers import clean_email

MOST_TIPS: Final = 4


class ProfileUnclear(DomainError):
    """Guests could make nothing of this."""

    code = "profile_unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a manager may say about the venue; staff may give away `gift_limit` a day.

    `refunds_excess`: what came in too much by card goes back without anybody asking.
    `bank_account` is where guests may transfer money to; without one they are not offered to.
    """

    name: str
    address: str
    phone: str
    reply_to: str
    tip_percents: tuple[int, ...]
    sends_to_bar: bool
    refunds_excess: bool
    bank_holder: str
    bank_account: str
    bank_name: str
    gift_limit: Money


@transaction.atomic
def describe(*, venue: Venue, profile: Profile) -> Venue:
    """Show this on pages and mails from now on; receipts that were issued keep what they say.

    :raises ProfileUnclear: no name, tips that nobody would give, or an account of nobody.
    :raises AccountUnclear: the account is no IBAN although it looks like one.
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
    venue.gift_limit_minor = profile.gift_limit.minor
    venue.refunds_excess = profile.refunds_excess
    _put_bank(venue, profile)
    venue.save(
        update_fields=[
            "name", "address", "phone", "reply_to", "tip_percents", "sends_to_bar",
            "refunds_excess", "gift_limit_minor", "bank_holder", "bank_account", "bank_name",
        ]
    )  # fmt: skip
    return venue


def _put_bank(venue: Venue, profile: Profile) -> None:
    venue.bank_holder = tidy(profile.bank_holder, limit=80)
    venue.bank_account = clean_account(profile.bank_account)
    venue.bank_name = tidy(profile.bank_name, limit=60)
    if venue.bank_account and not venue.bank_holder:
        raise ProfileUnclear(gettext_noop("Say whose account it is; banks ask payers for it."))
