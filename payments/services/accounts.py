"""Which Stripe account a venue is paid into, and its keys."""

from __future__ import annotations

from django.conf import settings

from orders.models import Venue
from payments.gateway import get_gateway
from payments.gateway.port import PaymentGateway
from payments.gateway.specs import Credentials
from payments.models import MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID


def house_account() -> MerchantAccount:
    """The account whose keys stand in the environment; made on first use."""
    account, _created = MerchantAccount.objects.get_or_create(id=HOUSE_ACCOUNT_ID)
    return account


def account_of(venue: Venue) -> MerchantAccount:
    """The venue's own account, else the house account."""
    own = MerchantAccount.objects.filter(venue=venue).first()
    return own or house_account()


def gateway_of(account: MerchantAccount, *, patient: bool = False) -> PaymentGateway:
    """The gateway that speaks with this account's keys."""
    credentials = Credentials(
        api_key=settings.STRIPE_SECRET_KEY, stripe_account=account.stripe_account_id
    )
    return get_gateway(credentials, patient=patient)


def webhook_secrets(account: MerchantAccount) -> list[str]:
    """The secrets that may sign this account's webhooks."""
    return (
        [settings.STRIPE_WEBHOOK_SECRET]
        if account.is_house and settings.STRIPE_WEBHOOK_SECRET
        else []
    )
