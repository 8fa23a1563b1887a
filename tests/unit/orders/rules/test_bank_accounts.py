from __future__ import annotations

import pytest

from orders.rules.bank_accounts import AccountUnclear, clean_account, is_iban, written
from orders.rules.texts import TextTooLong

GOOD = {
    "GB82 WEST 1234 5698 7654 32": "GB82WEST12345698765432",
    "de89 3704 0044 0532 0130 00": "DE89370400440532013000",
    "KW81-CBKU-0000-0000-0000-1234-5601-01": "KW81CBKU0000000000001234560101",
    "IE29AIBK93115212345678": "IE29AIBK93115212345678",
    "NO9386011117947": "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S": "MT84MALT011000012345MTLCAST001S",
}


@pytest.mark.parametrize(("typed", "kept"), GOOD.items())
def test_an_iban_is_kept_without_its_spaces(typed, kept):
    assert clean_account(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "GB82 WEST 1234 5698 7654 33",
        "GB28 WEST 1234 5698 7654 32",
        "GB82 WEST 1234 5698 7645 32",
        "DE89370400440532013",
        "IE29",
        "DE89 3704 0044 0532 0130 0O",
    ],
)
def test_an_iban_with_a_slip_is_refused(typed):
    with pytest.raises(AccountUnclear):
        clean_account(typed)


@pytest.mark.parametrize("position", range(4, 22))
def test_one_wrong_digit_anywhere_is_seen(position):
    good = "IE29AIBK93115212345678"
    wrong = good[:position] + ("1" if good[position] != "1" else "2") + good[position + 1 :]

    assert is_iban(good)
    assert not is_iban(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("110-234-567890", "110-234-567890"),
        ("  Sort code 12-34-56, 12345678 ", "Sort code 12-34-56, 12345678"),
        ("", ""),
    ],
)
def test_an_account_that_is_no_iban_stays_as_it_was_typed(typed, kept):
    assert clean_account(typed) == kept


def test_what_is_too_long_for_an_account_is_refused():
    with pytest.raises(TextTooLong):
        clean_account("1" * 41)


def test_an_iban_is_written_in_groups_of_four_and_nothing_else_is():
    assert written("IE29AIBK93115212345678") == "IE29 AIBK 9311 5212 3456 78"
    assert written("110-234-567890") == "110-234-567890"
