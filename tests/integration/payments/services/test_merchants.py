"""A venue's own Stripe account: tried, sealed, listened to, renewed, refused, left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.sealing import SealBroken
from orders.models import Message, PeopleEvent
from orders.rules.roles import NotAllowed, Role
from payments.gateway.errors import CredentialsInvalid, OutcomeUnknown
from payments.gateway.snapshots import EventEnvelope
from payments.models import CheckoutAttempt, InboxEvent, MerchantAccount, Payment
from payments.rules.accounts import AccountKind
from payments.rules.inbox_states import InboxState
from payments.services import accounts, checkout, inbox, merchants, reconciliation, refused_accounts
from payments.services.merchants import KeyRefused, KeyUnclear, PaymentsUnderWay, StripeAway
from payments.services.pages import CardPaymentsOff
from tests.conftest import EVENING
from tests.integration.payments.conftest import LATER, SOON

pytestmark = pytest.mark.django_db
KEY = "rk_test_ofLarkspur"


@pytest.fixture
def connect(larkspur, olga):
    def make(
        api_key=KEY, *, venue=larkspur, by=olga, role=Role.OWNER, request_key="a", now=EVENING
    ):
        return merchants.connect(
            venue=venue, by=by, role=role, api_key=api_key, request_key=request_key, now=now
        )

    return make


def test_a_venue_is_paid_into_its_own_account_from_then_on(connect, book, larkspur, open_page):
    account = connect(f"  {KEY} ")

    attempt = open_page()

    assert attempt.account == account == accounts.account_of(larkspur)
    assert (account.kind, account.name) == (AccountKind.KEYS, "A Stripe account")
    assert accounts.webhook_secrets(account) == ["whsec_1"]
    assert PeopleEvent.objects.get(kind="stripe_connected").by.name == "Olga"


def test_the_key_lies_sealed_and_shows_its_ends_only(connect, settings):
    account = connect()
    row = MerchantAccount.objects.values().get(id=account.id)

    assert account.api_key == KEY
    assert not [value for value in row.values() if KEY in str(value) or "whsec_1" in str(value)]
    assert row["key_hint"] == "rk_test_…spur"
    settings.SECRET_KEY = "another-" * 8
    with pytest.raises(SealBroken):
        _ = MerchantAccount.objects.get(id=account.id).api_key


def test_another_venue_is_not_touched(connect, odile):
    connect()

    assert accounts.account_of(odile).is_house


@pytest.mark.parametrize(
    "wrong",
    ["", "pk_test_ofLarkspur", "rk_test_", "whsec_12345678", "rk_test_of larkspur", f"{KEY}é"],
)
def test_what_is_no_key_is_refused_before_anybody_is_asked(connect, book, wrong):
    with pytest.raises(KeyUnclear):
        connect(wrong)

    assert book.calls == []


def test_a_live_key_does_not_go_to_a_sandbox(connect, book, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:12111"

    with pytest.raises(KeyUnclear):
        connect("rk_live_ofLarkspur")

    assert book.calls == []


def test_a_key_stripe_does_not_take_changes_nothing(connect, book, larkspur):
    book.revoked.add(KEY)

    with pytest.raises(KeyRefused):
        connect()

    assert accounts.account_of(larkspur).is_house


def test_a_key_that_may_not_do_enough_is_refused_by_name(connect, book):
    book.missing[KEY] = ("Refunds", "Disputes")

    with pytest.raises(KeyRefused) as refusal:
        connect()

    assert refusal.value.facts == {"missing": "Refunds, Disputes"}
    assert not MerchantAccount.objects.exists()


def test_only_owners_say_where_the_money_goes(connect, niamh, book):
    with pytest.raises(NotAllowed):
        connect(by=niamh, role=Role.MANAGER)

    assert book.calls == []


def test_no_answer_changes_nothing(connect, book, larkspur):
    book.fail_before.append(OutcomeUnknown("no answer"))

    with pytest.raises(StripeAway):
        connect()

    assert not MerchantAccount.objects.filter(venue=larkspur).exists()


def test_an_endpoint_whose_answer_got_lost_is_made_once(connect, book):
    book.fail_after.append(OutcomeUnknown("the answer got lost"))
    with pytest.raises(StripeAway):
        connect(request_key="press")

    account = connect(request_key="press")

    assert len(book.endpoints) == 1
    assert accounts.webhook_secrets(account) == ["whsec_1"]
    assert MerchantAccount.objects.count() == 1


def test_a_new_key_of_the_same_account_replaces_the_old_one(connect, book):
    first = connect("rk_test_first_ofThe1")
    second = connect("sk_test_another_ofThe1", now=LATER)

    assert second.id == first.id
    assert second.api_key == "sk_test_another_ofThe1"
    assert len(book.endpoints) == 1


def test_another_account_takes_over_and_the_old_one_stays_for_what_it_was_paid(
    connect, book, open_page, larkspur
):
    before = connect()
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)

    after = connect("rk_test_somewhereElse", request_key="b", now=LATER)

    before.refresh_from_db()
    assert (before.ended_at, after.ended_at) == (LATER, None)
    assert accounts.account_of(larkspur) == after
    assert Payment.objects.get().account == before
    assert before.api_key == KEY


def test_nobody_leaves_an_account_somebody_is_paying_into(connect, open_page, larkspur, olga):
    connect()
    open_page()

    with pytest.raises(PaymentsUnderWay):
        connect("rk_test_somewhereElse", request_key="b")
    with pytest.raises(PaymentsUnderWay):
        merchants.disconnect(venue=larkspur, by=olga, role=Role.OWNER, now=LATER)

    assert MerchantAccount.objects.live().get(venue=larkspur).stripe_account_id.startswith("acct")


def test_who_leaves_is_paid_into_the_house_account_again(connect, larkspur, olga):
    connect()

    for _twice in range(2):
        merchants.disconnect(venue=larkspur, by=olga, role=Role.OWNER, now=LATER)

    assert accounts.account_of(larkspur).is_house
    assert PeopleEvent.objects.filter(kind="stripe_disconnected").count() == 1


def test_managers_do_not_leave_it(connect, larkspur, niamh):
    connect()

    with pytest.raises(NotAllowed):
        merchants.disconnect(venue=larkspur, by=niamh, role=Role.MANAGER, now=LATER)
    with pytest.raises(NotAllowed):
        merchants.renew_webhook(
            venue=larkspur, by=niamh, role=Role.MANAGER, request_key="b", now=LATER
        )


# --- Secrets of webhooks -------------------------------------------------------------------------
def test_a_renewed_secret_does_not_lose_what_is_signed_with_the_old_one(
    connect, book, larkspur, olga
):
    connect()
    for _twice in range(2):
        account = merchants.renew_webhook(
            venue=larkspur, by=olga, role=Role.OWNER, request_key="b", now=LATER
        )

    assert accounts.webhook_secrets(account) == ["whsec_2", "whsec_1"]
    assert len(book.endpoints) == 2

    early = merchants.close_old_webhooks(now=LATER + timedelta(days=2, hours=23))
    late = merchants.close_old_webhooks(now=LATER + timedelta(days=3))
    account.refresh_from_db()
    assert (early, late) == (0, 1)
    assert accounts.webhook_secrets(account) == ["whsec_2"]
    assert [each.endpoint_id for each in book.endpoints.values()] == ["we_2"]


def test_an_old_endpoint_that_cannot_be_closed_is_tried_again(connect, book, larkspur, olga):
    connect()
    merchants.renew_webhook(venue=larkspur, by=olga, role=Role.OWNER, request_key="b", now=EVENING)
    over = EVENING + timedelta(days=3)
    book.fail_before.append(OutcomeUnknown("no answer"))

    assert [merchants.close_old_webhooks(now=over) for _try in range(3)] == [0, 1, 0]


def test_the_house_account_knows_the_secret_before_as_well(settings):
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_WEBHOOK_SECRET_PREVIOUS = "whsec_b", "whsec_a"

    assert accounts.webhook_secrets(accounts.house_account()) == ["whsec_b", "whsec_a"]


# --- Keys that are refused -----------------------------------------------------------------------
@pytest.fixture
def revoked(connect, book, closed_tab):
    """Larkspur's key is taken away in the middle of the day."""
    account = connect()
    book.revoked.add(KEY)
    return account


def test_the_first_guest_is_told_and_so_is_every_owner_once(revoked, open_page, olga):
    with pytest.raises(CardPaymentsOff):
        open_page()
    for minute in range(12):
        refused_accounts.look_after(now=SOON + timedelta(minutes=minute))

    revoked.refresh_from_db()
    mail = Message.objects.get(kind="account_refused")
    assert revoked.is_refused
    assert mail.to == "olga@example.org"
    assert "/v/larkspur-coffee/stripe/" in mail.text
    assert "pay at the counter" in mail.text


def test_later_guests_are_told_without_asking_stripe(revoked, book, open_page):
    with pytest.raises(CardPaymentsOff):
        open_page()
    asked = len(book.calls)

    with pytest.raises(CardPaymentsOff):
        open_page()

    assert len(book.calls) == asked
    assert CheckoutAttempt.objects.reserving().count() == 0


def test_news_waits_for_better_keys_however_long_it_takes(revoked, book, open_page):
    book.revoked.clear()
    attempt = open_page()
    book.pay(attempt.session_id, at=SOON)
    book.revoked.add(KEY)
    _tell(revoked, attempt)

    for hour in range(30):
        now = SOON + timedelta(hours=hour)
        inbox.handle_waiting(now=now)
        reconciliation.resolve_operations(now=now)
        reconciliation.check_pages(now=now)
        reconciliation.fetch_undelivered(now=now)
        refused_accounts.look_after(now=now)
    waiting = InboxEvent.objects.get().state
    book.revoked.clear()
    mended = refused_accounts.look_after(now=SOON + timedelta(hours=31))
    inbox.handle_waiting(now=SOON + timedelta(hours=31))

    assert waiting in {InboxState.NEW, InboxState.DEFERRED}
    assert mended == 1
    assert Payment.objects.get().attempt == attempt


def test_stripe_being_away_is_no_refusal(connect, book, open_page):
    account = connect()
    book.fail_before.append(OutcomeUnknown("no answer"))

    with pytest.raises(Exception, match="reach"):
        open_page()

    account.refresh_from_db()
    assert not account.is_refused


def test_an_account_that_cannot_be_asked_stays_refused(revoked, book, open_page):
    with pytest.raises(CardPaymentsOff):
        open_page()
    book.revoked.clear()
    book.fail_before.append(OutcomeUnknown("no answer"))

    assert [
        refused_accounts.look_after(now=SOON + timedelta(minutes=5 * each)) for each in range(2)
    ] == [0, 1]


def test_a_new_key_mends_it_at_once(revoked, connect, open_page):
    with pytest.raises(CardPaymentsOff):
        open_page()

    connect("sk_test_newKey_rkspur", request_key="b", now=LATER)

    revoked.refresh_from_db()
    assert not revoked.is_refused


def test_of_the_house_account_all_owners_without_their_own_are_told(connect, odile, sora, olga):
    connect()
    house = accounts.house_account()
    accounts.note_refusal(house.id, CredentialsInvalid("api_key_expired"))

    refused_accounts.look_after(now=SOON)

    assert [mail.to for mail in Message.objects.filter(kind="account_refused")] == [
        "sora@example.org"
    ]


def test_a_refused_key_is_noticed_while_a_list_is_read(revoked):
    events = accounts.gateway_of(revoked).list_undelivered_events(since=EVENING, types=())

    with pytest.raises(CredentialsInvalid):
        list(events)

    revoked.refresh_from_db()
    assert revoked.is_refused


# --- Connect -------------------------------------------------------------------------------------
def test_a_connected_account_is_spoken_for_by_the_platform(larkspur, settings, open_page, book):
    account = merchants.connect_as_platform(
        venue=larkspur, stripe_account_id="acct_larkspur", now=EVENING
    )
    again = merchants.connect_as_platform(
        venue=larkspur, stripe_account_id="acct_larkspur", now=LATER
    )

    assert again == account
    assert open_page().account == account
    assert accounts.connected_account("acct_larkspur") == account
    assert accounts.connected_account("acct_nobody") is None


def _tell(account, attempt):
    envelope = EventEnvelope(
        event_id="evt_1",
        type="checkout.session.completed",
        object_id=attempt.session_id,
        livemode=False,
        happened_at=SOON,
    )
    inbox.store(account=account, envelope=envelope, raw="{}", source="webhook", now=SOON)
