from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from orders.models import Acknowledgement, Line
from orders.models.history import HistoryIsAppendOnly
from orders.rules.promises import AcknowledgementWay
from orders.rules.tab_states import TabNotOpen
from orders.rules.texts import ReasonMissing, TextTooLong
from orders.selectors import promises
from orders.services import acknowledgements, lines, tabs
from orders.services.acknowledgements import NothingPromised, PromiseChanged, SignatureMissing
from orders.services.catalogue import ItemDetails, update_item
from orders.services.lines import LineAcknowledged, LineSent, LineUnknown, LineVoid, NewLine
from orders.services.sending import PromiseNotAcknowledged
from payments.services import closing
from tests.conftest import EVENING
from tests.factories import make_item, make_tab

SOON = EVENING + timedelta(minutes=5)
LATER = EVENING + timedelta(minutes=9)
PHONE = "a" * 64


@pytest.fixture
def line(chair):
    return chair.lines.get()


@pytest.fixture
def agree(chair, line, treatment):
    """Maeve agrees on her own phone, unless something else is said."""
    return partial(
        acknowledgements.acknowledge,
        tab_id=chair.id,
        line_id=line.id,
        shown=treatment.promise.digest,
        name="Maeve Byrne",
        browser_digest=PHONE,
        now=SOON,
    )


@pytest.fixture
def waive(chair, line, sora):
    return partial(
        acknowledgements.waive,
        tab_id=chair.id,
        line_id=line.id,
        by=sora,
        reason="Told in words",
        now=SOON,
    )


def events(tab, kind):
    return [(event.by, event.actor, event.data) for event in tab.history.filter(kind=kind)]


def test_a_line_keeps_the_wording_it_was_sold_under(odile, sora, treatment, chair, line):
    details = ItemDetails(
        name=treatment.name,
        price=treatment.price,
        category=treatment.category,
        limits="Something else.",
    )
    first = treatment.promise

    update_item(item=treatment, details=details, now=SOON)
    lines.add_lines(tab_id=chair.id, by=sora, now=SOON, wanted=[NewLine(item_id=treatment.id)])

    line.refresh_from_db()
    newer = chair.lines.exclude(id=line.id).get()
    assert (line.promise, newer.promise.number) == (first, 2)


def test_a_yes_keeps_wording_name_time_and_way(chair, line, treatment, agree):
    said = agree(name="  Maeve   Byrne ")

    line.refresh_from_db()
    assert (said.promise, said.digest) == (treatment.promise, treatment.promise.digest)
    assert (said.name, said.at, said.way) == ("Maeve Byrne", SOON, AcknowledgementWay.OWN_PHONE)
    assert (said.by, said.browser_digest) == (None, PHONE)
    assert (line.cleared_at, line.waits_for_yes) == (SOON, False)
    assert events(chair, "acknowledged") == [
        (
            None,
            "guest",
            {
                "name": "Bond treatment",
                "version": 1,
                "digest": treatment.promise.digest,
                "way": "own_phone",
                "signed": "Maeve Byrne",
                "reason": "",
            },
        )
    ]


def test_a_yes_on_the_staffs_screen_names_who_held_it(chair, sora, agree):
    said = agree(by=sora, browser_digest="")

    assert (said.way, said.by) == (AcknowledgementWay.STAFF_SCREEN, sora)
    assert events(chair, "acknowledged")[0][:2] == (sora, "")


def test_a_yes_tells_the_board(odile, agree):
    before = odile.board_version
    odile.refresh_from_db()
    before = odile.board_version

    agree()

    odile.refresh_from_db()
    assert odile.board_version > before


def test_said_twice_the_first_yes_stands(chair, line, agree):
    first = agree()

    again = agree(name="Somebody else", now=LATER)

    line.refresh_from_db()
    assert (again, Acknowledgement.objects.count()) == (first, 1)
    assert line.cleared_at == SOON
    assert len(events(chair, "acknowledged")) == 1


def test_another_wording_needs_another_reading(line, agree):
    with pytest.raises(PromiseChanged):
        agree(shown="0" * 64)

    line.refresh_from_db()
    assert line.waits_for_yes
    assert Acknowledgement.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "refusal"), [("", SignatureMissing), ("  ", SignatureMissing), ("x" * 81, TextTooLong)]
)
def test_a_yes_has_a_name(agree, name, refusal):
    with pytest.raises(refusal):
        agree(name=name)

    assert Acknowledgement.objects.count() == 0


def test_there_is_nothing_to_agree_to_about_a_scone(ada, tab, sora):
    where = {"tab_id": tab.id, "line_id": tab.lines.get().id, "now": SOON}

    with pytest.raises(NothingPromised):
        acknowledgements.acknowledge(**where, shown="", name="Grace", by=ada)
    with pytest.raises(NothingPromised):
        acknowledgements.waive(**where, by=ada, reason="Told")


def test_a_line_of_another_tab_is_unknown(tab, agree, waive):
    with pytest.raises(LineUnknown):
        agree(tab_id=tab.id)
    with pytest.raises(LineUnknown):
        waive(tab_id=tab.id)


def test_what_was_voided_is_not_agreed_to(chair, line, sora, agree, waive):
    lines.void_line(tab_id=chair.id, line_id=line.id, by=sora, now=SOON, reason="Left")

    with pytest.raises(LineVoid):
        agree()
    with pytest.raises(LineVoid):
        waive()


def test_what_is_closed_is_not_agreed_to(chair, sora, agree, waive):
    waive()
    closing.close_and_request(tab_id=chair.id, by=sora, now=LATER)

    with pytest.raises(TabNotOpen):
        agree()
    with pytest.raises(TabNotOpen):
        waive()


def test_staff_may_say_why_it_starts_without_a_yes(chair, line, sora, waive):
    said = waive(reason=" Did not want  to sign ")

    line.refresh_from_db()
    assert (said.way, said.reason, said.by) == ("waived", "Did not want to sign", sora)
    assert line.cleared_at == SOON
    assert [data["reason"] for *_, data in events(chair, "promise_waived")] == [
        "Did not want to sign"
    ]


@pytest.mark.parametrize(("reason", "refusal"), [(" ", ReasonMissing), ("x" * 161, TextTooLong)])
def test_without_a_reason_it_waits(line, waive, reason, refusal):
    with pytest.raises(refusal):
        waive(reason=reason)

    line.refresh_from_db()
    assert line.waits_for_yes


def test_waived_twice_or_after_a_yes_nothing_is_added(agree, waive):
    agree()

    said = [waive(), waive(reason="Another")]

    assert {each.way for each in said} == {AcknowledgementWay.OWN_PHONE}
    assert Acknowledgement.objects.count() == 1


def test_a_yes_may_follow_a_reason_until_it_has_started(chair, sora, agree, waive):
    waive()
    agree()
    tabs.send_lines(tab_id=chair.id, by=sora, now=LATER)

    assert agree().way == AcknowledgementWay.OWN_PHONE
    assert Acknowledgement.objects.count() == 2


def test_after_the_start_a_yes_comes_too_late(chair, sora, agree, waive):
    waive()
    tabs.send_lines(tab_id=chair.id, by=sora, now=LATER)

    with pytest.raises(LineSent):
        agree()


# --- What cannot happen before ------------------------------------------------------------------
@pytest.mark.parametrize(
    "step",
    [
        tabs.send_lines,
        tabs.mark_served,
        tabs.close_tab,
        closing.close_and_request,
    ],
    ids=["sending", "serving", "closing", "closing for money"],
)
def test_it_cannot_start_before_the_yes(chair, line, sora, agree, step):
    with pytest.raises(PromiseNotAcknowledged, match="Bond treatment"):
        step(tab_id=chair.id, by=sora, now=SOON)
    line.refresh_from_db()
    chair.refresh_from_db()
    waited = (line.sent_at, chair.status)

    agree()
    step(tab_id=chair.id, by=sora, now=LATER)

    line.refresh_from_db()
    assert waited == (None, "open")
    assert line.sent_at == LATER


def test_the_database_says_so_too(line):
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(id=line.id).update(sent_at=SOON)


def test_what_waits_does_not_hold_up_the_rest(chair, line, odile, sora):
    odile.sends_to_bar = False
    odile.save()
    fringe = make_item(odile, "Fringe trim", 15_000)
    lines.add_lines(tab_id=chair.id, by=sora, now=EVENING, wanted=[NewLine(item_id=fringe.id)])

    count = tabs.send_lines(tab_id=chair.id, by=sora, now=SOON)

    line.refresh_from_db()
    assert (count, line.sent_at) == (1, None)
    assert chair.lines.get(item=fringe).sent_at == SOON
    assert [data for *_, data in events(chair, "started")] == [{"count": 1}]


def test_what_is_sent_at_once_waits_all_the_same(odile, sora, treatment):
    tab = make_tab(odile, sora)

    [line] = lines.add_lines(
        tab_id=tab.id, by=sora, now=SOON, wanted=[NewLine(item_id=treatment.id)], sent=True
    )

    assert line.sent_at is None


def test_a_tab_with_something_voided_that_waited_can_be_closed(chair, line, odile, sora):
    fringe = make_item(odile, "Fringe trim", 15_000)
    lines.add_lines(tab_id=chair.id, by=sora, now=EVENING, wanted=[NewLine(item_id=fringe.id)])
    lines.void_line(tab_id=chair.id, line_id=line.id, by=sora, now=SOON, reason="Changed mind")

    closed = tabs.close_tab(tab_id=chair.id, by=sora, now=LATER)

    assert closed.total.minor == 15_000


# --- What was agreed to stays as it is -----------------------------------------------------------
def test_what_was_agreed_to_is_voided_and_not_removed(chair, line, sora, agree):
    agree()
    where = {"tab_id": chair.id, "line_id": line.id, "by": sora, "now": LATER}

    with pytest.raises(LineAcknowledged):
        lines.remove_line(**where)
    with pytest.raises(LineAcknowledged):
        lines.change_line(**where, quantity=2)
    lines.change_line(**where, note="Ends first")
    lines.void_line(**where, reason="Changed their mind")

    line.refresh_from_db()
    assert (line.is_void, line.quantity, line.note) == (True, 1, "Ends first")
    assert Acknowledgement.objects.count() == 1


def test_what_nobody_agreed_to_yet_can_be_taken_off(chair, line, sora):
    lines.remove_line(tab_id=chair.id, line_id=line.id, by=sora, now=SOON)

    assert chair.lines.count() == 0


def test_a_yes_is_never_changed(agree):
    said = agree()

    with pytest.raises(HistoryIsAppendOnly):
        said.save()
    with pytest.raises(HistoryIsAppendOnly):
        Acknowledgement.objects.update(name="Somebody else")
    with pytest.raises(HistoryIsAppendOnly):
        said.delete()


# --- How it is told ------------------------------------------------------------------------------
def test_a_yes_is_told_before_the_reason_it_was_not_waited_for(chair, waive, agree):
    waive()
    before = promises.list_promised(list(chair.lines.all()))
    agree()

    [after] = promises.list_promised(list(chair.lines.all()))

    assert [(each.is_waived, each.reason) for each in before] == [(True, "Told in words")]
    assert (after.is_agreed, after.signed, after.at) == (True, "Maeve Byrne", SOON)
    assert after.expected == ("Stronger hair for 4 weeks.", "Less breakage.")
    assert after.cannot == ("It won’t mend split ends.",)


def test_promises_cost_two_statements_and_nothing_where_there_are_none(
    django_assert_num_queries, odile, sora, treatment, chair, tab
):
    wanted = [NewLine(item_id=treatment.id), NewLine(item_id=treatment.id)]
    plain, one = list(tab.lines.all()), list(chair.lines.all())
    lines.add_lines(tab_id=chair.id, by=sora, now=SOON, wanted=wanted)
    three = list(chair.lines.all())

    with django_assert_num_queries(0):
        assert promises.list_promised(plain) == ()
    for some in (one, three):
        with django_assert_num_queries(2):
            found = promises.list_promised(some)
        assert len(promises.waiting(found)) == len(some)
