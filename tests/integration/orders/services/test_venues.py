from __future__ import annotations

from decimal import Decimal

import pytest

from config.kernel.money import Money
from orders.models import TaxRate, Venue
from orders.rules.terms import VenueKind
from orders.services import venues
from orders.services.venues import PlaceUnknown
from tests import factories
from tests.conftest import EVENING


@pytest.mark.parametrize(
    ("kind", "currency", "days", "new", "regular"),
    [
        (VenueKind.CAFE, "EUR", 1, 4_000, 12_000),
        (VenueKind.SALON, "KRW", 7, 220_000, 600_000),
        (VenueKind.CONSULTING, "KWD", 14, 660_000, 3_300_000),
    ],
)
def test_a_venue_opens_with_the_terms_of_its_kind(*, db, kind, currency, days, new, regular):
    venue = factories.make_venue("New Place", kind=kind, currency=currency)

    terms = venue.terms.get()
    assert (terms.number, terms.days_to_pay, terms.created_at) == (1, days, EVENING)
    assert terms.limit(is_regular=False) == Money(new, currency)
    assert terms.limit(is_regular=True) == Money(regular, currency)


@pytest.mark.parametrize(
    ("currency", "zone"),
    [("eur", "Europe/Dublin"), ("EURO", "Europe/Dublin"), ("EUR", "Dublin"), ("ÉUR", "UTC")],
)
def test_a_place_that_is_nowhere_is_refused(db, currency, zone):
    with pytest.raises(PlaceUnknown):
        factories.make_venue("Nowhere", currency=currency, zone=zone)

    assert Venue.objects.count() == 0


def test_the_same_tax_is_one_row(larkspur):
    first, again = (
        venues.add_tax_rate(venue=larkspur, name=" VAT ", rate=Decimal("13.5")) for _ in range(2)
    )

    assert again == first
    assert TaxRate.objects.get().name == "VAT"
