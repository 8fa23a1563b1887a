"""Whether cards work at a venue right now."""

from __future__ import annotations

from django.db.models import Q

from orders.models import Venue
from payments.models import MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID


def are_cards_off(venue: Venue) -> bool:
    """Whether Stripe refuses the keys of the account this venue is paid into."""
    into = MerchantAccount.objects.live().filter(Q(venue=venue) | Q(id=HOUSE_ACCOUNT_ID))
    refused = {account.is_house: account.is_refused for account in into}
    return refused.get(False, refused.get(True, False))
