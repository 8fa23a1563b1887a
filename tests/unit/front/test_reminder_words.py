"""Whatever became of a reminder, staff can read it."""

from __future__ import annotations

from config.front.pages.reminding import STOPS, WHY
from orders.rules.mail_stops import StopReason
from payments.rules.reminder_states import SkipReason


def test_every_reason_has_words():
    assert set(WHY) == set(SkipReason)
    assert set(STOPS) == set(StopReason)
