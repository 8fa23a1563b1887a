"""Who is told what of a deposit: guests what they may do, managers what waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from deposits import emails
from deposits.emails import Note
from deposits.models import Deposit
from orders.rules.roles import Right, Role, may
from orders.selectors import memberships
from orders.services import messages
from payments.models import Hold

ANOTHER_CARD: Final = Note(
    title=gettext_noop("We need another card for your booking at %(venue)s"),
    paragraphs=(
        gettext_noop(
            "Nothing is held for your booking on %(start)s any more, and nothing was taken."
        ),
        gettext_noop("Please give a card for %(amount)s until %(until)s, or call us."),
    ),
)
CLAIMED: Final = Note(
    title=gettext_noop("%(owed)s for the booking you did not keep at %(venue)s"),
    paragraphs=(
        gettext_noop(
            "You were expected on %(start)s. As you agreed when booking, this costs %(owed)s."
        ),
        gettext_noop(
            "Nothing is taken before %(until)s. If this is wrong, tell us until then: nothing is "
            "taken before a manager has looked at it."
        ),
    ),
)
RUNS_OUT: Final = Note(
    title=gettext_noop("A bank lets go of %(amount)s within a day"),
    paragraphs=(
        gettext_noop("It is held for the booking of %(guest)s on %(start)s."),
        gettext_noop("Unless you decide before, it is released three hours before that."),
    ),
)
OBJECTED: Final = Note(
    title=gettext_noop("%(guest)s objects to paying %(owed)s"),
    paragraphs=(
        gettext_noop("They were expected on %(start)s, and say that they owe nothing."),
        gettext_noop(
            "Nothing is taken until a manager has decided. Without a word it is released."
        ),
    ),
)


def ask_for_another_card(deposit: Deposit, hold: Hold, *, now: datetime) -> None:
    """Their card was refused, or the hold on it would end too soon."""
    _tell_guest(deposit, ANOTHER_CARD, key=f"card:{hold.id}", now=now)


def tell_of_claim(deposit: Deposit, *, now: datetime) -> None:
    _tell_guest(deposit, CLAIMED, key="claimed", now=now)


def warn_managers(deposit: Deposit, hold: Hold, *, now: datetime) -> None:
    _tell_managers(deposit, RUNS_OUT, key=f"runs-out:{hold.id}", now=now)


def tell_managers_of_objection(deposit: Deposit, *, now: datetime) -> None:
    _tell_managers(deposit, OBJECTED, key="objected", now=now)


def _tell_guest(deposit: Deposit, note: Note, *, key: str, now: datetime) -> None:
    email = deposit.booking.guest.email
    if email:
        _write(deposit, note, to=email, key=key, now=now)


def _tell_managers(deposit: Deposit, note: Note, *, key: str, now: datetime) -> None:
    for person in memberships.list_people(venue=deposit.venue):
        if may(Role(person.role), Right.REVIEW_MONEY):
            _write(deposit, note, to=person.user.email, key=f"{key}:{person.pk}", now=now)


def _write(deposit: Deposit, note: Note, *, to: str, key: str, now: datetime) -> None:
    mail = emails.deposit_note(note, deposit)
    messages.write(
        venue=deposit.venue,
        tab=None,
        kind=emails.DEPOSIT_NOTE,
        source_key=f"deposit:{deposit.id}:{key}",
        to=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        now=now,
    )
