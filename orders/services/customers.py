"""Putting guests on file, and finding them again by address or number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Customer, CustomerEvent, Tab, User, Venue
from orders.rules.addresses import dialable
from orders.rules.texts import tidy, tidy_paragraphs
from orders.rules.time_zones import clean_zone
from orders.selectors import customers
from orders.services import venues

LONGEST_ADDRESS: Final = 254
LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 500


class EmailUnclear(DomainError):
    """What was typed is no email address."""

    code = "email_unclear"


class AddressTaken(DomainError):
    """Address and number belong to two different people on file."""

    code = "address_taken"


class CustomerUnclear(DomainError):
    """Without a name, an address or a number there is nobody to find again."""

    code = "customer_unclear"


class CustomerMerged(DomainError):
    """The person is on file under another entry by now."""

    code = "customer_merged"


def clean_email(typed: str) -> str:
    """The address in lower case; empty stays empty.

    :raises EmailUnclear: it is no address.
    """
    email = typed.strip().lower()
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise EmailUnclear(
            gettext_noop("That email address seems to miss something. Check it once more.")
        ) from error
    if len(email) > LONGEST_ADDRESS:
        raise EmailUnclear(gettext_noop("That email address is too long."))
    return email


def clean_phone(typed: str, *, venue: Venue) -> str:
    """The number as E.164 writes it; empty stays empty.

    :raises PhoneUnclear: it is no number.
    """
    return dialable(typed, time_zone=venue.time_zone) if typed.strip() else ""


def find_or_create(
    *, venue: Venue, name: str, email: str, phone: str, now: datetime, amend: bool = True
) -> Customer | None:
    """The person with this address or number, put on file if new; None when neither is given.

    What was missing on file is filled in, unless `amend` is off: a guest who types an address
    has not shown that the person on file is them.

    :raises EmailUnclear, PhoneUnclear, TextTooLong: something typed cannot be kept.
    """
    name = tidy(name, limit=LONGEST_NAME)
    email, phone = clean_email(email), clean_phone(phone, venue=venue)
    if not (email or phone):
        return None
    found = customers.find(venue=venue, email=email, phone=phone, hold=True)
    if found is None:
        return _create(venue=venue, name=name, email=email, phone=phone, now=now)
    return _fill_in(found, name=name, email=email, phone=phone) if amend else found


def readdress(*, customer: Customer, tab: Tab, email: str, now: datetime) -> Customer:
    """Who gets a tab's mail from now on, after staff corrected the address.

    Somebody else on file with that address takes the tab. A guest of this one tab is corrected;
    a guest with other tabs keeps the address those were sent to, and a new person is put on file.
    """
    other = customers.find(venue=tab.venue, email=email)
    if other is not None:
        return other
    if customer.email and customer.tabs.exclude(id=tab.id).exists():
        return _create(venue=tab.venue, name=customer.name, email=email, phone="", now=now)
    customer.email = email
    customer.save(update_fields=["email"])
    return customer


@transaction.atomic
def edit(
    *,
    customer: Customer,
    by: User,
    now: datetime,
    name: str,
    email: str,
    phone: str,
    note: str,
    time_zone: str | None = None,
) -> Customer:
    """Correct what is on file; what was there before is written down. No `time_zone`: as it was.

    :raises EmailUnclear, PhoneUnclear, TextTooLong: something typed cannot be kept.
    :raises CustomerUnclear: nothing to know them by would be left.
    :raises AddressTaken: address or number are another guest's.
    :raises TimeZoneUnknown: there is none of that name.
    :raises CustomerMerged: they are on file under another entry.
    """
    customer = Customer.objects.select_for_update().get(id=customer.id)
    if customer.merged_into_id is not None:
        raise CustomerMerged(gettext_noop("They are on file under another entry by now."))
    wanted = {
        "name": tidy(name, limit=LONGEST_NAME),
        "email": clean_email(email),
        "phone": clean_phone(phone, venue=customer.venue),
        "note": tidy_paragraphs(note, limit=LONGEST_NOTE),
        "time_zone": customer.time_zone if time_zone is None else clean_zone(time_zone),
    }
    if not (wanted["name"] or wanted["email"] or wanted["phone"]):
        raise CustomerUnclear(gettext_noop("A name, an email address or a phone number, please."))
    before = {field: getattr(customer, field) for field in wanted}
    changes = {field: value for field, value in wanted.items() if value != before[field]}
    if changes:
        _save(customer, changes)
        record(customer, kind="edited", by=by, now=now, before={f: before[f] for f in changes})
        venues.bump_board(customer.venue_id)
    return customer


@transaction.atomic
def note_zone(*, customer: Customer, time_zone: str) -> None:
    """Where the guest says they are, so that no mail comes at their night.

    :raises TimeZoneUnknown: there is none of that name.
    """
    customer.time_zone = clean_zone(time_zone)
    customer.save(update_fields=["time_zone"])


def record(customer: Customer, *, kind: str, by: User, now: datetime, **data: object) -> None:
    """Write down what happened to an entry, in the transaction in which it happens."""
    CustomerEvent.objects.create(customer=customer, kind=kind, by=by, at=now, data=data)


def put_phone(*, customer: Customer, phone: str, venue: Venue) -> None:
    """Take over a number.

    :raises PhoneUnclear: it is no number.
    :raises AddressTaken: another guest on file has it.
    """
    _save(customer, {"phone": clean_phone(phone, venue=venue)})


def rename(*, customer: Customer, name: str) -> None:
    """Take over the name staff know."""
    if name and name != customer.name:
        customer.name = name
        customer.save(update_fields=["name"])


def _create(*, venue: Venue, name: str, email: str, phone: str, now: datetime) -> Customer:
    try:
        with transaction.atomic():
            return Customer.objects.create(
                venue=venue, name=name, email=email, phone=phone, created_at=now
            )
    except IntegrityError:
        # Somebody put the same person on file at the same moment.
        found = customers.find(venue=venue, email=email, phone=phone)
        assert found is not None
        return found


def _fill_in(customer: Customer, *, name: str, email: str, phone: str) -> Customer:
    given = {"name": name, "email": email, "phone": phone}
    missing = {
        field: value for field, value in given.items() if value and not getattr(customer, field)
    }
    if missing:
        _save(customer, missing)
    return customer


def _save(customer: Customer, changes: Mapping[str, str]) -> None:
    for field, value in changes.items():
        setattr(customer, field, value)
    try:
        with transaction.atomic():
            customer.save(update_fields=list(changes))
    except IntegrityError as error:
        raise AddressTaken(
            gettext_noop("Another guest on file has this email address or phone number.")
        ) from error
