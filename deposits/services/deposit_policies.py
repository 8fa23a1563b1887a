"""A manager decides what guests are asked for when they book; each decision is a version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deposits.models import DepositPolicy
from deposits.rules.deposit_policy import Policy, ensure_clear
from deposits.selectors import deposit_policies
from orders.models import User, Venue
from orders.rules.roles import Right, Role, ensure_may


@transaction.atomic
def decide(*, venue: Venue, terms: Policy, by: User, role: Role, now: datetime) -> DepositPolicy:
    """From now on bookings are made under these terms; those made before keep theirs.

    The same terms once more are no other version.

    :raises NotAllowed: the role may not change the venue.
    :raises PolicyUnclear: nobody could say what they ask.
    """
    ensure_may(role, Right.EDIT_VENUE)
    ensure_clear(terms)
    locked = Venue.objects.select_for_update().get(id=venue.id)
    before = deposit_policies.current(locked)
    if before is not None and before.terms == terms:
        return before
    version = before.version + 1 if before else 1
    policy = DepositPolicy.of_terms(terms, venue=locked, version=version, by=by, now=now)
    policy.save(force_insert=True)
    return policy
