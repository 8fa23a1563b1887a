"""Which Stripe account a venue is paid into, and who speaks with its keys."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from config.kernel.events import publish
from orders.models import Venue
from payments import events
from payments.gateway import get_gateway
from payments.gateway.errors import CredentialsInvalid
from payments.gateway.port import PaymentGateway
from payments.gateway.specs import Credentials
from payments.models import MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID, AccountKind

logger = logging.getLogger(__name__)
LONGEST_REASON: Final = 200


def house_account() -> MerchantAccount:
    """The account whose keys stand in the environment; made on first use."""
    account, _created = MerchantAccount.objects.get_or_create(id=HOUSE_ACCOUNT_ID)
    return account


def account_of(venue: Venue) -> MerchantAccount:
    """The venue's own account, else the house account."""
    own = MerchantAccount.objects.live().filter(venue=venue).first()
    return own or house_account()


def connected_account(stripe_account_id: str) -> MerchantAccount | None:
    """The connected account of this name that a venue was paid into last; None: not one of ours."""
    connected = MerchantAccount.objects.filter(
        kind=AccountKind.CONNECT, stripe_account_id=stripe_account_id
    )
    return connected.order_by(F("ended_at").desc(nulls_first=True)).first()


def gateway_of(account: MerchantAccount, *, patient: bool = False) -> PaymentGateway:
    """The gateway that speaks with this account's keys, and notes when they are refused.

    :raises SealBroken: the key was sealed with another SECRET_KEY.
    """
    gateway = get_gateway(_credentials(account), patient=patient)
    return cast("PaymentGateway", _Watched(gateway, account.id))


def webhook_secrets(account: MerchantAccount) -> list[str]:
    """The secrets that may sign this account's webhooks; none where it has no endpoint."""
    if account.is_house:
        given = (settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_WEBHOOK_SECRET_PREVIOUS)
        return [secret for secret in given if secret]
    return account.webhook_secrets()


def note_refusal(account_id: UUID, error: CredentialsInvalid) -> None:
    """Remember that Stripe refuses the account's keys; whoever looks after accounts is told."""
    fine = MerchantAccount.objects.filter(id=account_id, refused_because="")
    with transaction.atomic():
        if fine.update(refused_because=str(error)[:LONGEST_REASON] or "refused"):
            logger.error("Stripe refuses the keys of account %s: %s", account_id, error)
            publish(events.KeysRefused(account_id=account_id))


def _credentials(account: MerchantAccount) -> Credentials:
    if account.kind == AccountKind.KEYS:
        return Credentials(api_key=account.api_key)
    connected = account.stripe_account_id if account.kind == AccountKind.CONNECT else ""
    return Credentials(api_key=settings.STRIPE_SECRET_KEY, stripe_account=connected)


class _Watched:
    """A gateway of which every call is watched for refused keys, whichever call it is."""

    def __init__(self, gateway: PaymentGateway, account_id: UUID) -> None:
        self._gateway = gateway
        self._account_id = account_id

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._gateway, name)

        @wraps(call)
        def watched(*args: Any, **words: Any) -> Any:
            with self._watching():
                answer = call(*args, **words)
            return self._each(answer) if isinstance(answer, Iterator) else answer

        return watched

    def _each(self, answers: Iterator[Any]) -> Iterator[Any]:
        with self._watching():
            yield from answers

    @contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except CredentialsInvalid as error:
            note_refusal(self._account_id, error)
            raise
