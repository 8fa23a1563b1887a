"""Moving a tab's pay-by date to a later day: what follows from it, and staff who agree to one.

What a guest chooses for themselves is in `guest_choices`; both end here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Tab, User
from orders.rules import terms
from orders.rules.roles import Right, Role, may
from orders.rules.texts import tidy
from orders.selectors import bills
from orders.services import history, messages, tabs
from payments import emails
from payments.models import Extension, PaymentRequest
from payments.rules.request_states import RequestState
from payments.selectors import balances, extensions
from payments.selectors import reminders as facts_of
from payments.services import reminder_plans, requests
from payments.services.requests import PAY_PATH

GUEST: Final = "guest"
LONGEST_REASON: Final = 160


class NoMoreTime(DomainError):
    """The day was moved already, or the venue gives no more."""

    code = "no_more_time"


class DayOutOfBounds(DomainError):
    """The day is none that may be chosen."""

    code = "day_out_of_bounds"


@transaction.atomic
def extend(
    *, tab_id: UUID, until: date, by: User, role: Role, now: datetime, reason: str = ""
) -> Tab:
    """Agree with the guest that they pay on a later day. The same day again is no error.

    :raises NotOwing: the tab is open, settled or void.
    :raises NoMoreTime: staff have given what they may; a manager may give more.
    :raises DayOutOfBounds: the day is not among those this role may give.
    :raises TextTooLong: the reason is longer than anybody reads.
    """
    reason = tidy(reason, limit=LONGEST_REASON)
    tab = Tab.objects.lock(tab_id)
    requests.ensure_owing(tab)
    assert tab.due_at is not None
    if tab.venue.local(tab.due_at).date() == until:
        return tab
    offer = extensions.find_staff_offer(tab, role=role, now=now)
    if offer is None:
        raise NoMoreTime(
            gettext_noop("This tab has had all the time your role may give. Ask a manager.")
        )
    if until not in offer:
        raise DayOutOfBounds(_why_not(role), first=f"{offer.first}", last=f"{offer.last}")
    put_off(tab, until=until, by=by, reason=reason, now=now)
    return tab


def put_off(
    tab: Tab, *, until: date, now: datetime, by: User | None = None, reason: str = ""
) -> Extension:
    """Move everything to the end of that day, and tell the guest. The caller holds the tab's lock.

    Without `by` it was the guest.
    """
    assert tab.due_at is not None
    due_at = terms.end_of(until, time_zone=tab.venue.time_zone)
    extension = Extension.objects.create(
        tab=tab, old_due_at=tab.due_at, new_due_at=due_at, by=by, created_at=now
    )
    tab.due_at = tabs.mark_put_off(tab_id=tab.id, due_at=due_at).due_at
    PaymentRequest.objects.filter(tab=tab, state=RequestState.PENDING).update(due_at=due_at)
    reminder_plans.move(tab=tab, now=now)
    history.record(
        tab_id=tab.id,
        kind="extended" if by else "put_off",
        at=now,
        by=by,
        actor="" if by else GUEST,
        until=f"{until:%Y-%m-%d}",
        **({"reason": reason} if reason else {}),
    )
    _confirm(tab, extension, now=now)
    return extension


def _why_not(role: Role) -> str:
    if may(role, Right.GIVE_MORE_TIME):
        return gettext_noop("Please choose a day from %(first)s to %(last)s.")
    return gettext_noop("You may give until %(last)s. For a later day, ask a manager.")


def _confirm(tab: Tab, extension: Extension, *, now: datetime) -> None:
    """Tell the guest in writing what was agreed."""
    email = facts_of.email_of(tab)
    if not email:
        return
    bill = bills.bill_of(tab)
    mail = emails.extension_agreed(bill=bill, standing=balances.get_standing(tab))
    messages.write(
        venue=tab.venue,
        tab=tab,
        kind=emails.EXTENSION_AGREED,
        source_key=f"extension:{extension.pk}",
        to=email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
    )
