"""Staff give a guest more time: as far as guests may go themselves, managers farther."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from orders.models import Message, Tab, TabEvent
from orders.rules.roles import Role
from orders.rules.texts import TextTooLong
from payments.models import Extension, PaymentRequest, Reminder
from payments.services import extending, guest_choices
from payments.services.extending import DayOutOfBounds, NoMoreTime
from payments.services.requests import NotOwing
from tests.conftest import EVENING
from tests.factories import take_cash


@pytest.fixture
def extend(closed_tab, ada):
    """The tab is due on 7 March, and guests of Larkspur may add seven days."""

    def make(day, *, role=Role.STAFF, reason="", now=EVENING):
        return extending.extend(
            tab_id=closed_tab.id,
            until=date(2026, 3, 1).replace(month=day[0], day=day[1]),
            by=ada,
            role=role,
            reason=reason,
            now=now,
        )

    return make


def test_everything_follows_the_day_that_was_agreed(extend, closed_tab, ada):
    extend((3, 11), reason="Pay day is on the tenth")

    end = datetime(2026, 3, 11, 23, 59, tzinfo=UTC)
    due_at = Tab.objects.get(id=closed_tab.id).due_at
    assert due_at.replace(second=0, microsecond=0) == end
    assert PaymentRequest.objects.get(tab=closed_tab).due_at == due_at
    assert Reminder.objects.filter(tab=closed_tab, state="due").order_by("due_at")[
        0
    ].due_at == datetime(2026, 3, 11, 10, tzinfo=UTC)
    told = TabEvent.objects.get(tab=closed_tab, kind="extended")
    assert told.by == ada
    assert told.data == {"until": "2026-03-11", "reason": "Pay day is on the tenth"}
    mail = Message.objects.get(tab=closed_tab, kind="extension_agreed")
    assert "11" in mail.text


def test_the_same_day_again_is_no_second_one(extend, closed_tab):
    extend((3, 11))
    extend((3, 11))

    assert Extension.objects.filter(tab=closed_tab).count() == 1


@pytest.mark.parametrize("day", [(3, 6), (3, 15)])
def test_staff_choose_within_what_guests_may(extend, day):
    with pytest.raises(DayOutOfBounds):
        extend(day)


def test_a_bit_more_each_time_ends_where_guests_end(extend):
    extend((3, 10))
    extend((3, 14))

    with pytest.raises(NoMoreTime):
        extend((3, 15))


def test_a_guest_who_chose_before_may_still_be_given_what_is_left(extend, closed_tab):
    guest_choices.pay_later(tab_id=closed_tab.id, until=date(2026, 3, 9), now=EVENING)

    extend((3, 14))

    assert Extension.objects.filter(tab=closed_tab).count() == 2


def test_a_manager_goes_farther(extend, closed_tab):
    extend((6, 30), role=Role.MANAGER)

    assert Tab.objects.get(id=closed_tab.id).due_at.date() == date(2026, 6, 30)


def test_a_manager_cannot_choose_the_past_or_the_next_year(extend):
    with pytest.raises(DayOutOfBounds):
        extend((3, 6), role=Role.MANAGER)
    with pytest.raises(DayOutOfBounds):
        extend((12, 31), role=Role.MANAGER)


def test_not_when_paid(extend, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=2180)

    with pytest.raises(NotOwing):
        extend((3, 11))


def test_not_in_a_thousand_words(extend):
    with pytest.raises(TextTooLong):
        extend((3, 11), reason="x" * 161)
