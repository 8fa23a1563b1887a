"""`manage.py connect_stripe`: for whoever runs the installation."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from payments.services import accounts

pytestmark = pytest.mark.django_db


def test_a_venue_is_paid_into_a_connected_account(larkspur, capsys):
    call_command("connect_stripe", "larkspur-coffee", "acct_1A2b3C4d")

    assert accounts.account_of(larkspur).stripe_account_id == "acct_1A2b3C4d"
    assert "Larkspur Coffee is paid into acct_1A2b3C4d" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("venue", "account"), [("nowhere", "acct_1A2b3C4d"), ("larkspur-coffee", "1A2b3C4d")]
)
def test_what_is_not_there_is_said(larkspur, venue, account):
    with pytest.raises(CommandError):
        call_command("connect_stripe", venue, account)

    assert accounts.account_of(larkspur).is_house
