"""What orders' calls answer: written out by hand, since these are asked for all day."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from config.kernel.api.fields import money
from config.kernel.money import Money
from orders.models import Customer, ItemPromise, Membership, TaxRate, TermsVersion
from orders.selectors.catalogue import ChoiceGroup, MenuItem


def venue(member: Membership, terms: TermsVersion) -> dict[str, Any]:
    """A venue with the terms new tabs are opened under."""
    place = member.venue
    return {
        "id": str(place.id),
        "name": place.name,
        "slug": place.slug,
        "kind": place.kind,
        "currency": place.currency,
        "time_zone": place.time_zone,
        "role": member.role,
        "terms": {
            "version": terms.number,
            "days_to_pay": terms.days_to_pay,
            "new_guest_limit": money(Money(terms.new_guest_limit_minor, place.currency)),
            "regular_limit": money(Money(terms.regular_limit_minor, place.currency)),
            "auto_settles": terms.auto_settles,
            "notice_hours": terms.notice_hours,
        },
    }


def item(entry: MenuItem) -> dict[str, Any]:
    """Something sold, with every choice there is about it."""
    sold = entry.item
    return {
        "id": str(sold.id),
        "venue": sold.venue.slug,
        "name": sold.name,
        "category": sold.category.name,
        "price": money(entry.price),
        "tax_rate": _tax(sold.tax_rate),
        "modifiers": [_group(group) for group in entry.groups],
        "is_available": sold.is_available,
        "photo": f"{settings.PUBLIC_URL.rstrip('/')}/photos/{sold.photo_digest}.webp"
        if sold.photo_digest
        else None,
        "duration": sold.duration_minutes,
        "expected_result": sold.expected_result,
        "limits": sold.limits,
        "promise": _promise(sold.promise),
    }


def customer(person: Customer, *, slug: str, limit: Money, is_regular: bool) -> dict[str, Any]:
    """Somebody on file, and how far the venue's terms trust them."""
    return {
        "id": str(person.id),
        "venue": slug,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "standing": {"is_regular": is_regular, "limit": money(limit)},
    }


def _promise(version: ItemPromise | None) -> dict[str, Any] | None:
    return {"version": version.number, "digest": version.digest} if version else None


def _tax(tax: TaxRate | None) -> dict[str, str] | None:
    return {"name": tax.name, "rate": f"{tax.rate.normalize():f}"} if tax else None


def _group(entry: ChoiceGroup) -> dict[str, Any]:
    return {
        "name": entry.group.name,
        "min_choices": entry.group.min_choices,
        "max_choices": entry.group.max_choices,
        "choices": [
            {
                "id": str(choice.modifier.id),
                "name": choice.modifier.name,
                "price_delta": money(choice.delta),
                "is_default": choice.modifier.is_default,
                "is_available": choice.modifier.is_available,
            }
            for choice in entry.choices
        ],
    }
