from __future__ import annotations

import pytest

from orders.rules.addresses import PhoneUnclear, dialable, masked, region_of


@pytest.mark.parametrize(
    ("typed", "zone", "stored"),
    [
        ("01 677 1234", "Europe/Dublin", "+35316771234"),
        ("+353 1 677 1234", "Asia/Seoul", "+35316771234"),
        ("010-1234-5678", "Asia/Seoul", "+821012345678"),
        ("2222 5555", "Asia/Kuwait", "+96522225555"),
    ],
)
def test_a_number_is_stored_as_it_is_dialled_from_anywhere(typed, zone, stored):
    assert dialable(typed, time_zone=zone) == stored


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("12", "Europe/Dublin"),
        ("call me", "Europe/Dublin"),
        ("01 677 1234", "UTC"),
        ("+999 123", "Europe/Dublin"),
    ],
)
def test_what_cannot_be_dialled_is_refused(typed, zone):
    with pytest.raises(PhoneUnclear):
        dialable(typed, time_zone=zone)


def test_a_zone_of_no_country_has_no_region():
    assert region_of("Europe/Dublin") == "IE"
    assert region_of("Nowhere/Else") is None


@pytest.mark.parametrize(
    ("email", "shown"),
    [("donal@keane.example", "d•••@keane.example"), ("", ""), ("nothing", "")],
)
def test_an_address_is_shown_without_being_told(email, shown):
    assert masked(email) == shown
