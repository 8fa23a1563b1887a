"""What managers decide about owing tabs: rehearsed first, then done with a reason that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction

from config.kernel.errors import gettext_noop
from orders.models import User
from orders.rules.texts import ReasonMissing, tidy
from orders.services import history

LONGEST_REASON: Final = 160
T = TypeVar("T")


@transaction.atomic
def rehearse(work: Callable[[], T]) -> T:
    """What would come of it, with nothing left behind: no row, no mail, no event.

    Only for work that stays inside the database.
    """
    found = work()
    transaction.set_rollback(True)
    return found


@transaction.atomic
def decide(
    work: Callable[[], T], *, tab_id: UUID, what: str, by: User, reason: str, now: datetime
) -> T:
    """Do it, and write down on the tab who decided what, and why.

    :raises ReasonMissing: nothing was said.
    :raises TextTooLong: the reason is longer than anybody reads.
    """
    reason = tidy(reason, limit=LONGEST_REASON)
    if not reason:
        raise ReasonMissing(gettext_noop("Say why; it is kept with the tab."))
    found = work()
    history.record(tab_id=tab_id, kind="reviewed", at=now, by=by, what=what, reason=reason)
    return found
