from __future__ import annotations

import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import call_command

from config.kernel import clock
from config.kernel.tokens import digest
from orders.models import ApiKey, Membership, Message, Tab, User, Venue
from orders.selectors import api_keys, tabs
from orders.services import messages
from payments.models import PaymentRequest, Receipt
from payments.selectors import balances


@pytest.fixture
def demo_file(db, tmp_path):
    """Where the command, run once, left who may sign in."""
    path = tmp_path / "demo.json"
    call_command("seed_demo", "--quiet", out=path)
    return path


def test_three_places_open_in_three_currencies(demo_file):
    assert {
        venue.slug: (venue.currency, venue.kind, venue.memberships.count())
        for venue in Venue.objects.all()
    } == {
        "larkspur": ("EUR", "cafe", 3),
        "odile": ("KRW", "salon", 3),
        "northfold": ("KWD", "consulting", 3),
    }


def test_larkspur_has_tabs_in_every_state(demo_file):
    larkspur = Venue.objects.get(slug="larkspur")
    owing = list(tabs.list_owing(venue=larkspur))
    standings = balances.get_standings(owing)

    assert {tab.status for tab in larkspur.tabs.all()} == {"open", "closed", "settled", "void"}
    assert any(tab.is_overdue(clock.now()) for tab in owing)
    assert any(not tab.is_overdue(clock.now()) for tab in owing)
    assert any(tab.customer is None for tab in owing)
    assert any(standing.is_part_paid for standing in standings.values())
    mint = larkspur.tabs.get(token_card__code="MINT-42")
    assert (mint.total.minor, mint.who) == (3180, "Dónal Keane")
    assert Tab.objects.filter(customer=mint.customer, status="settled").count() == 8


def test_the_books_agree_with_the_tabs(demo_file):
    for tab in Tab.objects.select_related("venue"):
        standing = balances.get_standing(tab)
        if tab.is_settled or tab.is_void:
            assert standing.balance.is_zero
        else:
            assert standing.balance + standing.paid == tab.total
    pending = PaymentRequest.objects.filter(state="pending").count()
    assert pending == Tab.objects.owing().count()


def test_numbers_rise_with_time(demo_file):
    for venue in Venue.objects.all():
        opened = list(venue.tabs.order_by("number").values_list("opened_at", flat=True))
        assert opened == sorted(opened)
        assert list(venue.tabs.order_by("number").values_list("number", flat=True)) == list(
            range(1, len(opened) + 1)
        )
    issued = Receipt.objects.filter(tab__venue__slug="larkspur").order_by("number")
    assert [receipt.number for receipt in issued] == list(range(1, issued.count() + 1))


def test_who_may_sign_in_is_told_to_the_owner_of_the_file_only(demo_file):
    demo = json.loads(demo_file.read_text())

    assert stat.S_IMODE(demo_file.stat().st_mode) == 0o600
    assert len(demo["logins"]) == 9
    for login in demo["logins"]:
        user = authenticate(username=login["email"], password=login["password"])
        assert user == User.objects.get(email=login["email"])
        assert Membership.objects.get(user=user).role == login["role"]
    key = ApiKey.objects.get(digest=digest(demo["api_key"]))
    assert api_keys.find_live(demo["api_key"]) == key
    assert key.membership.venue.slug == "larkspur"


def test_no_mail_ever_leaves(demo_file):
    messages.send_due(now=clock.now())

    assert mail.outbox == []
    assert Message.objects.exists()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_second_run_changes_nothing(demo_file, capsys):
    counts = Venue.objects.count(), Tab.objects.count()
    before = demo_file.read_text()

    call_command("seed_demo", out=demo_file)

    assert (Venue.objects.count(), Tab.objects.count()) == counts
    assert demo_file.read_text() == before
    assert "nothing was made" in capsys.readouterr().out
