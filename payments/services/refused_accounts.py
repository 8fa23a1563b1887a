"""Accounts whose keys Stripe refuses: owners are told once, and they come back by themselves."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from orders.models import Venue
from orders.selectors import memberships
from orders.services import messages
from payments import emails
from payments.gateway.errors import CredentialsInvalid, GatewayError
from payments.models import MerchantAccount
from payments.services import accounts

logger = logging.getLogger(__name__)
# Often enough that a mended key is noticed before the next guest asks again.
LOOK_AGAIN: Final = timedelta(minutes=5)


def look_after(*, now: datetime) -> int:
    """Tell the owners of newly refused accounts, and ask Stripe again; how many work again."""
    mended = 0
    refused = MerchantAccount.objects.refused()
    for account in refused.filter(Q(next_look_at=None) | Q(next_look_at__lte=now)):
        account.next_look_at = now + LOOK_AGAIN
        account.save(update_fields=["next_look_at"])
        if account.told_at is None:
            _tell(account, now=now)
        mended += _works_again(account)
    return mended


@transaction.atomic
def _tell(account: MerchantAccount, *, now: datetime) -> None:
    fresh = MerchantAccount.objects.filter(id=account.id, told_at=None)
    if not fresh.update(told_at=now):
        return
    for venue in _venues_of(account):
        for owner in memberships.list_owners(venue=venue):
            mail = emails.account_refused(venue=venue, owner=owner, is_own=not account.is_house)
            messages.write(
                venue=venue,
                tab=None,
                kind=emails.ACCOUNT_REFUSED,
                source_key=f"account:{account.id}:{now.isoformat()}:{venue.id}:{owner.id}",
                to=owner.user.email,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                now=now,
            )


def _venues_of(account: MerchantAccount) -> list[Venue]:
    """Who is paid into it: its venue; for the house account all that have none of their own."""
    if account.venue is not None:
        return [account.venue] if account.ended_at is None else []
    own = MerchantAccount.objects.live().filter(venue__isnull=False).values("venue_id")
    return list(Venue.objects.exclude(id__in=own))


def _works_again(account: MerchantAccount) -> bool:
    try:
        accounts.gateway_of(account, patient=True).check_account()
    except CredentialsInvalid:
        return False
    except GatewayError as error:
        logger.warning("Account %s could not be looked at: %s", account.id, error)
        return False
    MerchantAccount.objects.filter(id=account.id).update(
        refused_because="", told_at=None, next_look_at=None
    )
    logger.info("Stripe takes the keys of account %s again", account.id)
    return True
