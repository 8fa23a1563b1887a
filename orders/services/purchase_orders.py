"""The number under which a guest's own company ordered the work; it stands on bill and receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.rules.tab_states import FINAL, IllegalMove
from orders.rules.texts import tidy
from orders.services import history, venues

LONGEST: Final = 40


class PurchaseOrderGiven(DomainError):
    """A guest may add the number that is missing; only staff change one that is there."""

    code = "purchase_order_given"


@transaction.atomic
def set_purchase_order(*, tab_id: UUID, by: User | None, now: datetime, purchase_order: str) -> Tab:
    """Note a purchase order, or none. Without `by` the guest says so, once. Again is no change.

    :raises PurchaseOrderGiven: there is another number already, and no staff to change it.
    :raises TextTooLong: it cannot be kept.
    :raises IllegalMove: the tab is settled or void: receipts say what they said.
    """
    tab = Tab.objects.lock(tab_id)
    wanted = tidy(purchase_order, limit=LONGEST)
    if wanted == tab.purchase_order:
        return tab
    if tab.status in FINAL:
        raise IllegalMove(gettext_noop("This tab has ended; nothing about it changes any more."))
    if by is None and (tab.purchase_order or not wanted):
        raise PurchaseOrderGiven(
            gettext_noop("This tab has a purchase order number already. We can change it for you.")
        )
    tab.amend(purchase_order=wanted)
    history.record(
        tab_id=tab.id,
        kind="purchase_order_set",
        at=now,
        by=by,
        actor="" if by else "guest",
        purchase_order=wanted,
    )
    venues.bump_board(tab.venue_id)
    return tab
