"""Whatever the rules, the zone and the night: reminders keep their order and let people sleep."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.reminder_rules import ReminderRules, ReminderStep, ensure_possible
from payments.rules.reminder_schedule import closes_at, is_allowed, next_allowed, plan

# Half hours, quarter hours, half an hour of summer time, both sides of the date line, no summer.
ZONES = [
    "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Kolkata",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago",
    "Africa/Casablanca", "Asia/Seoul", "America/St_Johns", "UTC",
]  # fmt: skip
LONGEST_WAIT = timedelta(days=9)

zones = st.sampled_from(ZONES).map(ZoneInfo)
minutes = st.integers(0, 24 * 60 - 1).map(lambda it: time(it // 60, it % 60))


@st.composite
def instants(draw):
    """Any instant of some years, and more often one in a night in which clocks are changed."""
    year = draw(st.integers(2024, 2030))
    odd = draw(st.sampled_from([(3, 29), (3, 8), (10, 25), (11, 1), (4, 5), (10, 4), (9, 6)]))
    day = datetime(year, *odd, tzinfo=UTC) + timedelta(days=draw(st.integers(-7, 7)))
    if draw(st.booleans()):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 364)))
    return day + timedelta(minutes=draw(st.integers(0, 24 * 60 - 1)))


@st.composite
def schedules(draw):
    """Rules that terms may have."""
    night = draw(minutes), draw(minutes)
    rules = ReminderRules(
        quiet_from=night[0],
        quiet_until=night[1],
        rest_days=draw(st.frozensets(st.integers(1, 7), max_size=6)),
    )
    hours = minutes.filter(lambda wall: not rules.is_quiet_at(wall))
    days = sorted(draw(st.sets(st.integers(-30, 120), max_size=6)))
    steps = tuple(ReminderStep(days=day, at=draw(hours)) for day in days)
    rules = ReminderRules(
        steps=steps, quiet_from=night[0], quiet_until=night[1], rest_days=rules.rest_days
    )
    ensure_possible(rules)
    return rules


@given(instants(), schedules(), zones)
def test_the_next_allowed_moment_is_allowed_not_earlier_and_stays(instant, rules, zone):
    allowed = next_allowed(instant, rules, zone)

    assert is_allowed(allowed, rules, zone)
    assert instant <= allowed <= instant + LONGEST_WAIT
    assert next_allowed(allowed, rules, zone) == allowed


@given(instants(), schedules(), zones)
def test_a_mail_that_may_leave_leaves_while_people_are_awake(instant, rules, zone):
    allowed = next_allowed(instant, rules, zone)
    closed = closes_at(allowed, rules, zone)
    minutes_open = int((closed - allowed) / timedelta(minutes=1))

    assert 0 < minutes_open <= 60
    assert all(
        is_allowed(allowed + timedelta(minutes=minute), rules, zone)
        for minute in range(minutes_open)
    )


@given(instants(), schedules(), zones, zones)
def test_steps_keep_their_order_and_their_nights(due_at, rules, venue_zone, guest_zone):
    asked_at = due_at - timedelta(days=7)
    steps = list(
        plan(rules, due_at=due_at, asked_at=asked_at, venue_zone=venue_zone, guest_zone=guest_zone)
    )

    assert [step.number for step in steps] == list(range(1, len(rules.steps) + 1))
    assert all(earlier.at <= later.at for earlier, later in pairwise(steps))
    assert all(is_allowed(step.at, rules, guest_zone) for step in steps)


@given(instants(), schedules(), zones, st.integers(1, 40))
def test_more_time_never_brings_a_step_nearer(due_at, rules, zone, days):
    asked_at = due_at - timedelta(days=7)
    before, after = (
        [s.at for s in plan(rules, due_at=due, asked_at=asked_at, venue_zone=zone)]
        for due in (due_at, due_at + timedelta(days=days))
    )

    assert all(late >= soon for soon, late in zip(before, after, strict=True))
