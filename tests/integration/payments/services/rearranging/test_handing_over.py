"""Handing a tab to a colleague, another place or another guest, and back."""

from __future__ import annotations

import pytest

from orders.services.handing_over import ColleagueUnknown, HandOver, NothingHandedOver
from orders.services.rearrangements import ChangedSince
from payments.models import PaymentRequest
from payments.services import (
    closing,
    rearranging,
)
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON
from tests.integration.payments.moved import kinds, read

pytestmark = pytest.mark.django_db


def test_a_colleague_takes_over_and_gives_back(table, ada, niamh):
    tab = table("Shakshuka")

    made = rearranging.hand_over(
        tab_id=tab.id, to=HandOver(colleague=niamh, label="Garden"), by=ada, now=SOON
    )
    [tab] = read(tab)
    became = (tab.in_charge, tab.label, tab.total_minor)
    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)

    [tab] = read(tab)
    assert became == (niamh, "Garden", 1490)
    assert (tab.in_charge, tab.label) == (None, "Table 9")
    assert kinds(tab)[-2:] == ["handed_over", "hand_over_undone"]


def test_another_guest_gets_the_link_and_the_earlier_ones_open_nothing(table, ada, larkspur):
    tab = table("Shakshuka", email="grace@example.org")
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)
    donal = larkspur.customers.create(name="Donal", email="donal@example.org", created_at=EVENING)

    made = rearranging.hand_over(tab_id=tab.id, to=HandOver(customer=donal), by=ada, now=SOON)
    live = PaymentRequest.objects.get(state="pending")
    worked = tab.links.filter(revoked_at=None).count()
    rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)

    assert (live.email, worked, closed.tab.id) == ("donal@example.org", 0, tab.id)
    live.refresh_from_db()
    assert live.email == "grace@example.org"
    assert tab.links.filter(revoked_at=None).count() == tab.links.count() > 0


def test_who_does_not_work_here_takes_nothing_over(table, ada, mallory):
    with pytest.raises(ColleagueUnknown):
        rearranging.hand_over(
            tab_id=table("Eggs").id, to=HandOver(colleague=mallory), by=ada, now=SOON
        )


def test_handing_over_to_nobody_is_nothing(table, ada):
    with pytest.raises(NothingHandedOver):
        rearranging.hand_over(tab_id=table("Eggs").id, to=HandOver(), by=ada, now=SOON)


def test_a_tab_handed_on_is_not_handed_back(table, ada, niamh):
    tab = table("Eggs")
    made = rearranging.hand_over(tab_id=tab.id, to=HandOver(colleague=niamh), by=ada, now=SOON)
    rearranging.hand_over(tab_id=tab.id, to=HandOver(label="Bar"), by=ada, now=SOON)

    with pytest.raises(ChangedSince):
        rearranging.undo(tab_id=tab.id, rearrangement_id=made.id, by=ada, now=LATER)
