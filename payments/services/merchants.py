"""A venue's own Stripe account: connected, its webhook secret renewed, left again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import User, Venue
from orders.rules.roles import Right, Role, ensure_may
from orders.services import people_history
from payments.gateway import get_gateway
from payments.gateway.errors import CredentialsInvalid, GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import AccountSnapshot, WebhookEndpoint
from payments.gateway.specs import Credentials
from payments.models import CheckoutAttempt, MerchantAccount
from payments.rules.accounts import AccountKind
from payments.services import accounts

# Secret and restricted keys (docs.stripe.com/keys); a publishable one opens nothing.
_KEY: Final = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{8,200}")
# What a restricted key needs write access to, by the names in Stripe's dashboard.
PERMISSIONS: Final = (
    *("Checkout Sessions", "PaymentIntents", "SetupIntents", "PaymentMethods", "Customers"),
    *("Refunds", "Disputes", "Webhook Endpoints"),
)
# How long the webhook secret before the present one is good: Stripe repeats for three days.
OVERLAP: Final = timedelta(days=3)


class KeyUnclear(DomainError):
    """It is no secret or restricted key of Stripe's."""

    code = "stripe_key_unclear"


class KeyRefused(DomainError):
    """Stripe does not take the key, or it may not do what we need."""

    code = "stripe_key_refused"


class StripeAway(DomainError):
    """Stripe could not be asked; nothing was changed."""

    code = "stripe_away"


class PaymentsUnderWay(DomainError):
    """Guests have payment pages of the present account open."""

    code = "payments_under_way"


def connect(
    *, venue: Venue, by: User, role: Role, api_key: str, request_key: str, now: datetime
) -> MerchantAccount:
    """Have the venue paid into the account this key opens, from the next payment page on.

    A new key of the account it has already replaces the old key. What was paid into another
    account before stays there, and is refunded from there.

    :raises NotAllowed: only owners decide where the money goes.
    :raises KeyUnclear, KeyRefused: the key is none, is refused, or lacks permissions.
    :raises PaymentsUnderWay: a guest is paying into the account that would be left.
    :raises StripeAway: no answer; asking again is safe.
    """
    ensure_may(role, Right.MANAGE_ACCOUNT)
    api_key = api_key.strip()
    _check_key(api_key)
    gateway = get_gateway(Credentials(api_key=api_key))
    found = _look(gateway)
    account = _take(venue, found, api_key, by=by, now=now)
    if not account.webhook_secret_ciphertext:
        _listen(account, gateway, key=f"webhook:{account.id}:{request_key}", now=now)
    return account


def renew_webhook(
    *, venue: Venue, by: User, role: Role, request_key: str, now: datetime
) -> MerchantAccount:
    """Give the venue's account a new webhook secret. The old one is good for three days more.

    :raises NotAllowed, StripeAway: as `connect`.
    :raises KeyRefused: Stripe does not take the account's key.
    """
    ensure_may(role, Right.MANAGE_ACCOUNT)
    account = MerchantAccount.objects.live().get(venue=venue, kind=AccountKind.KEYS)
    _listen(
        account, accounts.gateway_of(account), key=f"webhook:{account.id}:{request_key}", now=now
    )
    people_history.record(venue_id=venue.id, kind="stripe_webhook_renewed", by=by, at=now)
    return account


def disconnect(*, venue: Venue, by: User, role: Role, now: datetime) -> None:
    """Have the venue paid into the house account again.

    The account's keys are kept: refunds and disputes of what was paid into it go on.

    :raises NotAllowed: only owners decide where the money goes.
    :raises PaymentsUnderWay: a guest is paying into it.
    """
    ensure_may(role, Right.MANAGE_ACCOUNT)
    with transaction.atomic():
        account = MerchantAccount.objects.live().select_for_update().filter(venue=venue).first()
        if account is None:
            return
        _end(account, now=now)
        people_history.record(
            venue_id=venue.id, kind="stripe_disconnected", by=by, at=now, name=account.name
        )


@transaction.atomic
def connect_as_platform(*, venue: Venue, stripe_account_id: str, now: datetime) -> MerchantAccount:
    """Have the venue paid into an account that is connected to the house account (Connect).

    Only whoever runs the installation may: the name of an account is no proof that it is theirs.

    :raises PaymentsUnderWay: a guest is paying into the account that would be left.
    """
    before = MerchantAccount.objects.live().select_for_update().filter(venue=venue).first()
    if before is not None and before.stripe_account_id == stripe_account_id:
        return before
    if before is not None:
        _end(before, now=now)
    return MerchantAccount.objects.create(
        kind=AccountKind.CONNECT,
        venue=venue,
        stripe_account_id=stripe_account_id,
        connected_at=now,
    )


def close_old_webhooks(*, now: datetime) -> int:
    """Close the endpoints whose time beside a newer one is over; how many."""
    over = MerchantAccount.objects.filter(previous_until__lte=now, refused_because="")
    closed = 0
    for account in over:
        try:
            accounts.gateway_of(account, patient=True).close_webhook(account.previous_endpoint_id)
        except GatewayError:
            continue
        account.forget_previous_webhook()
        closed += 1
    return closed


def hook_url(account_id: UUID) -> str:
    """Where Stripe sends what happens at this account."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/hooks/stripe/{account_id}/"


def _check_key(api_key: str) -> None:
    found = _KEY.fullmatch(api_key)
    if found is None:
        raise KeyUnclear(
            gettext_noop("That is no secret key. It begins with rk_live_, sk_live_ or rk_test_.")
        )
    if found[2] == "live" and settings.STRIPE_API_BASE:
        raise KeyUnclear(
            gettext_noop("This installation plays with a sandbox. A live key must not go there.")
        )


def _look(gateway: PaymentGateway) -> AccountSnapshot:
    try:
        found = gateway.check_account()
    except CredentialsInvalid as error:
        raise KeyRefused(
            gettext_noop("Stripe does not take this key. Copy it once more, or make a new one.")
        ) from error
    except GatewayError as error:
        raise StripeAway(
            gettext_noop("We can't reach Stripe. Nothing was changed. Please try again.")
        ) from error
    if found.missing:
        raise KeyRefused(
            gettext_noop("This key may not do enough. Give it write access to: %(missing)s."),
            missing=", ".join(found.missing),
        )
    if not found.takes_payments:
        raise KeyRefused(
            gettext_noop("This account takes no payments yet. Finish its set-up at Stripe first.")
        )
    return found


@transaction.atomic
def _take(
    venue: Venue, found: AccountSnapshot, api_key: str, *, by: User, now: datetime
) -> MerchantAccount:
    # Two owners at once: the second one finds what the first one did.
    Venue.objects.select_for_update().get(id=venue.id)
    account = MerchantAccount.objects.live().filter(venue=venue).first()
    is_same = (
        account is not None
        and account.kind == AccountKind.KEYS
        and account.stripe_account_id == found.account_id
    )
    if account is not None and not is_same:
        _end(account, now=now)
    if account is None or not is_same:
        account = MerchantAccount(kind=AccountKind.KEYS, venue=venue, connected_at=now)
    account.stripe_account_id, account.name = found.account_id, found.name[:120]
    account.livemode = "_live_" in api_key
    account.refused_because, account.told_at = "", None
    account.keep_key(api_key)
    account.save()
    people_history.record(
        venue_id=venue.id, kind="stripe_connected", by=by, at=now, name=account.name
    )
    return account


def _end(account: MerchantAccount, *, now: datetime) -> None:
    if CheckoutAttempt.objects.reserving().filter(account=account).exists():
        raise PaymentsUnderWay(
            gettext_noop("A guest is paying right now. Try again in half an hour.")
        )
    account.ended_at = now
    account.save(update_fields=["ended_at"])


def _listen(account: MerchantAccount, gateway: PaymentGateway, *, key: str, now: datetime) -> None:
    try:
        endpoint = gateway.open_webhook(hook_url(account.id), key=key)
    except CredentialsInvalid as error:
        raise KeyRefused(
            gettext_noop("Stripe does not take this key. Copy it once more, or make a new one.")
        ) from error
    except GatewayError as error:
        raise StripeAway(
            gettext_noop("We can't reach Stripe. The key is kept; press once more.")
        ) from error
    _keep(account, endpoint, now=now)


@transaction.atomic
def _keep(account: MerchantAccount, endpoint: WebhookEndpoint, *, now: datetime) -> None:
    kept = MerchantAccount.objects.select_for_update().get(id=account.id)
    if kept.webhook_endpoint_id == endpoint.endpoint_id:
        return
    kept.keep_webhook(
        endpoint_id=endpoint.endpoint_id,
        secret=endpoint.secret,
        now=now,
        overlap=now + OVERLAP,
    )
    kept.save()
    account.refresh_from_db()
