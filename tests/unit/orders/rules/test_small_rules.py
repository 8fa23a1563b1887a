from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from config.kernel.money import Money, step_of
from orders.rules import terms
from orders.rules.claims import claims_by_scanning
from orders.rules.deliveries import read_fault
from orders.rules.gratuity import suggest_tips
from orders.rules.messages import RETRIES, retry_after
from orders.rules.roles import REVIEWERS, RIGHTS, NotAllowed, Right, Role, ensure_may, may
from orders.rules.terms import VenueKind
from orders.rules.token_codes import code_of, read_code

STAFF = {"work_tabs", "take_payment", "set_availability"}
MANAGER = STAFF | {
    *("reopen_tab", "void_tab", "give_freely", "edit_catalogue", "edit_tokens"),
    *("review_money", "refund", "give_more_time", "edit_venue", "merge_customers"),
}
OWNER = MANAGER | {"manage_people", "manage_account"}


@pytest.mark.parametrize(("role", "right"), list(product(Role, Right)))
def test_each_role_reaches_as_far_as_the_table_says(role, right):
    allowed = right in {Role.STAFF: STAFF, Role.MANAGER: MANAGER, Role.OWNER: OWNER}[role]

    assert may(role, right) is allowed
    if not allowed:
        with pytest.raises(NotAllowed):
            ensure_may(role, right)
    else:
        ensure_may(role, right)


def test_every_role_has_its_rights_and_reviewers_review():
    assert set(RIGHTS) == set(Role)
    assert {Role.MANAGER, Role.OWNER} == REVIEWERS


@pytest.mark.parametrize(
    ("is_claimed", "had_card", "let_in"),
    [(False, False, True), (True, False, False), (False, True, False), (True, True, False)],
)
def test_only_the_first_browser_gets_in_by_scanning(is_claimed, had_card, let_in):
    assert claims_by_scanning(tab_is_claimed=is_claimed, had_this_card_before=had_card) is let_in


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("MINT-42", "MINT-42"),
        ("mint 42", "MINT-42"),
        ("  Mint42 ", "MINT-42"),
        ("mint–042", "MINT-42"),
        ("plum 7", "PLUM-07"),
        ("민트 3", "민트-03"),
        ("mint", None),
        ("42", None),
        ("mint 42 43", None),
        ("", None),
        ("mint 123456", None),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed, code):
    assert read_code(typed) == code


def test_what_stands_on_a_card_is_read_as_itself():
    assert all(
        read_code(code_of(word, number)) == code_of(word, number)
        for word, number in [("mint", 7), ("OAT", 42), ("PLUM", 1234)]
    )


@pytest.mark.parametrize(
    ("closed", "days", "zone", "due"),
    [
        ("2026-03-06T19:30:00+00:00", 1, "Europe/Dublin", "2026-03-07T23:59:00+00:00"),
        ("2026-03-28T12:00:00+00:00", 1, "Europe/Dublin", "2026-03-29T22:59:00+00:00"),
        ("2026-03-06T16:00:00+00:00", 7, "Asia/Seoul", "2026-03-14T14:59:00+00:00"),
        ("2026-10-24T22:30:00+00:00", 1, "Europe/Dublin", "2026-10-25T23:59:00+00:00"),
    ],
)
def test_days_to_pay_are_whole_local_days(closed, days, zone, due):
    found = terms.due_at(datetime.fromisoformat(closed), days_to_pay=days, time_zone=zone)

    assert found.astimezone(UTC) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("euro", "currency", "minor"),
    [(40, "EUR", 4000), (40, "KRW", 60_000), (2000, "KWD", 660_000), (150, "JPY", 24_000)],
)
def test_limits_are_written_as_people_there_would(euro, currency, minor):
    limit = terms.limit_in(euro, currency)

    assert limit == Money(minor, currency)
    assert limit.minor % step_of(currency) == 0


def test_every_kind_of_venue_has_terms_that_trust_regulars_more():
    assert set(terms.PRESETS) == set(VenueKind)
    assert all(preset.new_guest_limit < preset.regular_limit for preset in terms.PRESETS.values())


def test_tips_are_suggested_from_the_part_being_paid():
    tips = suggest_tips(Money(1250, "KWD"), [5, 10])

    assert [(tip.percent, tip.amount) for tip in tips] == [
        (5, Money(60, "KWD")),
        (10, Money(130, "KWD")),
    ]


def test_a_mail_is_tried_again_later_and_later_and_then_no_more():
    waits = [retry_after(attempts) for attempts in range(1, len(RETRIES) + 2)]

    assert waits == [*sorted(RETRIES), None]
    assert waits[0] == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("error", "is_permanent", "breaks", "result"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"No such user")}), True, False, "550 No"),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"Greylisted")}), False, False, "450 Grey"),
        (smtplib.SMTPDataError(554, b"Spam\r\nno"), True, False, "554 Spam no"),
        (smtplib.SMTPDataError(451, "Later"), False, False, "451 Later"),
        (smtplib.SMTPAuthenticationError(535, b"Bad login"), False, True, "535 Bad login"),
        (smtplib.SMTPSenderRefused(550, b"Who?", "x@y"), False, True, "550 Who?"),
        (smtplib.SMTPServerDisconnected("gone"), False, True, "SMTPServerDisconnected gone"),
        (ConnectionRefusedError("nobody"), False, True, "ConnectionRefusedError nobody"),
        (TimeoutError(), False, True, "TimeoutError"),
    ],
)
def test_only_a_refused_mail_is_refused_for_good(error, is_permanent, breaks, result):
    fault = read_fault(error)

    assert (fault.is_permanent, fault.breaks_connection) == (is_permanent, breaks)
    assert fault.result.startswith(result)


def test_a_long_answer_is_cut():
    assert len(read_fault(smtplib.SMTPDataError(554, b"x" * 999)).result) == 300
