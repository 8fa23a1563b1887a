"""A service whose price is shared between tabs keeps its promise, and the guest's yes to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.money import Money
from orders.models import Acknowledgement
from orders.rules.promises import AcknowledgementWay
from orders.selectors import promises
from orders.services import acknowledgements, splitting
from orders.services.splitting import Split
from tests.conftest import EVENING

SOON = EVENING + timedelta(minutes=5)
LATER = EVENING + timedelta(minutes=9)


@pytest.fixture
def agreed(chair, treatment):
    acknowledgements.acknowledge(
        tab_id=chair.id,
        line_id=chair.lines.get().id,
        shown=treatment.promise.digest,
        name="Maeve Byrne",
        browser_digest="a" * 64,
        now=SOON,
    )


@pytest.fixture
def split(chair, sora):
    def make():
        half = Money(chair.total_minor // 2, chair.currency)
        wanted = Split(amounts=[half])
        return splitting.split(tab_id=chair.id, wanted=wanted, by=sora, now=LATER)

    return make


def promised_on(tab):
    return promises.list_promised(list(tab.lines.standing()))


def part_of(made):
    return made.tabs.exclude(id=made.tab_id).get()


@pytest.mark.usefixtures("agreed")
def test_a_share_says_what_was_promised_and_who_agreed_when(chair, split):
    [whole] = promised_on(chair)

    [share] = promised_on(part_of(split()))

    assert (share.digest, share.limits) == (whole.digest, whole.limits)
    assert (share.way, share.signed, share.at) == (
        AcknowledgementWay.OWN_PHONE,
        "Maeve Byrne",
        SOON,
    )
    assert not share.is_waiting


def test_a_share_of_what_nobody_agreed_to_waits_too(chair, split):
    [share] = promised_on(part_of(split()))

    assert share.is_waiting
    assert not Acknowledgement.objects.exists()


@pytest.mark.usefixtures("agreed")
def test_undoing_leaves_one_promise_and_one_yes(chair, split, sora):
    made = split()

    splitting.undo(made, by=sora, now=LATER)

    [back] = promised_on(chair)
    assert promised_on(part_of(made)) == ()
    assert (back.way, back.at) == (AcknowledgementWay.OWN_PHONE, SOON)
