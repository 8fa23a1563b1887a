"""Which time zones there are."""

from __future__ import annotations

import pytest

from orders.rules.time_zones import TimeZoneUnknown, clean_zone, list_places


@pytest.mark.parametrize("zone", ["", "Asia/Seoul", "UTC", "America/Argentina/Ushuaia"])
def test_a_zone_of_the_tables_is_taken(zone):
    assert clean_zone(zone) == zone


@pytest.mark.parametrize("typed", ["asia/seoul", "Dublin", "../../etc/passwd", "Asia/Seoul ", "\0"])
def test_anything_else_is_refused(typed):
    with pytest.raises(TimeZoneUnknown):
        clean_zone(typed)


def test_places_are_offered_by_name():
    places = list_places()

    assert {"Europe/Dublin", "Asia/Seoul", "Asia/Kuwait"} <= set(places)
    assert not [name for name in places if "/" not in name or name.startswith("Etc/")]
    assert list(places) == sorted(places)
