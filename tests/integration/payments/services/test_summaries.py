"""The daily summary: for whoever wants it, once after each day on which something happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orders.models import Membership, Message
from orders.rules.roles import NotAllowed, Role
from orders.services import memberships
from payments.models import SummaryWish
from payments.selectors import summaries as sums_of
from payments.services import summaries
from tests import disputed
from tests.conftest import EVENING
from tests.factories import give_back, make_message, pay_by_card, take_cash

MIDNIGHT = datetime(2026, 3, 7, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def member(niamh):
    """Niamh manages Larkspur and wants to know."""
    found = Membership.objects.get(user=niamh)
    summaries.switch(membership=found, is_wanted=True, now=EVENING)
    return found


def mails():
    return Message.objects.filter(kind="daily_summary").order_by("created_at")


def test_after_the_day_one_mail_says_what_happened(member, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000)

    assert summaries.sweep(now=MIDNIGHT - timedelta(minutes=1)) == 0
    assert summaries.sweep(now=MIDNIGHT + timedelta(minutes=4)) == 1
    assert summaries.sweep(now=MIDNIGHT + timedelta(minutes=9)) == 0

    mail = mails().get()
    assert mail.to == member.user.email
    assert mail.subject == "Larkspur Coffee, March 6, 2026: €10.00 collected"
    for words in ("Collected: €10.00 (1 payment)", "Owing: €11.80 (1 tab)", "Disputes open: 0"):
        assert words in mail.text
    assert "€11.80" in mail.html
    assert SummaryWish.objects.get().next_at == MIDNIGHT + DAY


def test_nothing_is_sent_of_a_day_on_which_nothing_happened(member, closed_tab):
    assert summaries.sweep(now=MIDNIGHT) == 0
    # On the seventh it becomes overdue, on the eighth it only stays so.
    assert [summaries.sweep(now=MIDNIGHT + step * DAY) for step in (1, 2)] == [1, 0]

    assert "Of that, overdue: €21.80 (1 tab)" in mails().get().text


def test_of_days_that_were_missed_the_last_is_told(member, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000)

    assert summaries.sweep(now=MIDNIGHT + 3 * DAY) == 0
    assert SummaryWish.objects.get().next_at == MIDNIGHT + 4 * DAY


def test_a_day_in_figures(member, closed_tab, ada, niamh):
    payment = pay_by_card(closed_tab, minor=1500, now=EVENING)
    give_back(payment, by=niamh, minor=500)
    disputed.dispute(payment)
    lost = make_message(closed_tab, "lost")
    Message.objects.filter(id=lost.id).update(state="failed")

    day = sums_of.get_day(member.venue, EVENING.date())

    assert (day.payments, day.refunds, day.undelivered) == (1, 1, 1)
    assert (day.collected.minor, day.refunded.minor) == (1500, 500)
    assert day.open_disputes == 1
    assert not day.is_quiet


def test_switched_off_nothing_comes(member, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000)
    summaries.switch(membership=member, is_wanted=False, now=EVENING)

    assert summaries.sweep(now=MIDNIGHT) == 0
    assert not sums_of.wants_summary(member)


def test_who_left_is_told_nothing(member, closed_tab, ada, olga):
    take_cash(closed_tab, by=ada, minor=1000)
    memberships.leave(membership=member, now=EVENING)

    assert summaries.sweep(now=MIDNIGHT) == 0
    assert SummaryWish.objects.get().next_at is None


def test_who_is_staff_now_is_told_nothing(member, closed_tab, ada):
    take_cash(closed_tab, by=ada, minor=1000)
    Membership.objects.filter(pk=member.pk).update(role=Role.STAFF)

    assert summaries.sweep(now=MIDNIGHT) == 0


def test_staff_cannot_switch_it_on(ada):
    with pytest.raises(NotAllowed):
        summaries.switch(membership=Membership.objects.get(user=ada), is_wanted=True, now=EVENING)


def test_one_fault_does_not_stop_the_others(member, olga, closed_tab, ada, monkeypatch):
    take_cash(closed_tab, by=ada, minor=1000)
    other = Membership.objects.get(user=olga)
    summaries.switch(membership=other, is_wanted=True, now=EVENING)
    real = sums_of.get_day
    calls = []

    def once_broken(venue, day):
        calls.append(day)
        if len(calls) == 1:
            raise ZeroDivisionError
        return real(venue, day)

    monkeypatch.setattr(sums_of, "get_day", once_broken)

    assert summaries.sweep(now=MIDNIGHT) == 1
    assert summaries.sweep(now=MIDNIGHT) == 1
    assert {mail.to for mail in mails()} == {member.user.email, other.user.email}
