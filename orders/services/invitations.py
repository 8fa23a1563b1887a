"""Asking people to work at a venue, and their joining it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders import emails
from orders.models import Invitation, Membership, User, Venue
from orders.rules.invitations import SENT_AGAIN_AFTER, VALID_FOR
from orders.rules.roles import Role
from orders.rules.texts import tidy
from orders.selectors import invitations
from orders.services import memberships, messages, people_history
from orders.services.customers import clean_email
from orders.services.people import PersonUnclear

LONGEST_NAME: Final = 80
KIND: Final = "invitation"
PATH: Final = "/invitations/[token]/"


class AlreadyHere(DomainError):
    """They work at this venue already."""

    code = "already_here"


class AlreadyInvited(DomainError):
    """An invitation in another role is on its way."""

    code = "already_invited"


class SentJustNow(DomainError):
    """The same mail left a moment ago."""

    code = "sent_just_now"


class InvitationGone(DomainError):
    """It was withdrawn, accepted, has run out, or never was."""

    code = "invitation_gone"


class OtherPerson(DomainError):
    """Somebody else is signed in than was invited."""

    code = "other_person"


class AccountExists(DomainError):
    """They have an account with a password of its own, so they sign in instead."""

    code = "account_exists"


class AccountClosed(DomainError):
    """Their account is shut on this installation."""

    code = "account_closed"


@transaction.atomic
def invite(
    *, venue: Venue, name: str, email: str, role: Role, by: User, now: datetime
) -> Invitation:
    """Ask somebody by mail to work here. The same words again are the same invitation.

    :raises NotAllowed: whoever asks does not manage people here.
    :raises PersonUnclear, EmailUnclear, TextTooLong: what was typed cannot be kept.
    :raises AlreadyHere, AlreadyInvited: they are, in whatever role.
    """
    name, email = tidy(name, limit=LONGEST_NAME), clean_email(email)
    if not (name and email):
        raise PersonUnclear(gettext_noop("A name and an email address, please."))
    memberships.lock_venue(venue.id, by=by)
    if Membership.objects.live().filter(venue=venue, user__email__iexact=email).exists():
        raise AlreadyHere(gettext_noop("Somebody with this address works here already."))
    before = Invitation.objects.waiting().filter(venue=venue, email=email).first()
    if before is not None and before.is_open(now):
        if (before.name, before.role) == (name, role):
            return before
        raise AlreadyInvited(
            gettext_noop("They are invited already. Withdraw that invitation first.")
        )
    if before is not None:
        before.revoke(now=now)
    invitation = Invitation.objects.create(
        venue=venue,
        name=name,
        email=email,
        role=role,
        invited_by=by,
        created_at=now,
        sent_at=now,
        expires_at=now + VALID_FOR,
    )
    _tell(invitation, kind="invited", by=by, now=now)
    _write(invitation, now=now)
    return invitation


@transaction.atomic
def send_again(*, invitation_id: UUID, venue: Venue, by: User, now: datetime) -> Invitation:
    """The mail once more, with days ahead of it again. Links sent before work as long.

    :raises NotAllowed: see `invite`.
    :raises InvitationGone: it was accepted or withdrawn.
    :raises SentJustNow: it was sent within the minute.
    """
    memberships.lock_venue(venue.id, by=by)
    invitation = _get_waiting(invitation_id, venue)
    if now - invitation.sent_at < SENT_AGAIN_AFTER:
        raise SentJustNow(gettext_noop("It was sent a moment ago. Give it a minute to arrive."))
    invitation.renew(expires_at=now + VALID_FOR, now=now)
    _tell(invitation, kind="invited_again", by=by, now=now)
    _write(invitation, now=now)
    return invitation


@transaction.atomic
def revoke(*, invitation_id: UUID, venue: Venue, by: User, now: datetime) -> Invitation:
    """Withdraw it: its links open nothing from now on.

    :raises NotAllowed: see `invite`.
    :raises InvitationGone: it was accepted or withdrawn.
    """
    memberships.lock_venue(venue.id, by=by)
    invitation = _get_waiting(invitation_id, venue)
    invitation.revoke(now=now)
    _tell(invitation, kind="invitation_revoked", by=by, now=now)
    return invitation


@transaction.atomic
def accept(*, token: str, user: User, now: datetime) -> Membership:
    """Somebody signed in joins. Who works there already stays what they are.

    :raises InvitationGone: see there; but whoever accepted it may do so again.
    :raises OtherPerson: the invitation is for another address than theirs.
    """
    invitation = _hold(token)
    if user.email.lower() != invitation.email:
        raise OtherPerson(gettext_noop("This invitation is for %(email)s."), email=invitation.email)
    if invitation.membership is not None and invitation.membership.user_id == user.pk:
        return invitation.membership
    if not invitation.is_open(now):
        raise _gone()
    return _let_in(invitation, user, now=now)


@transaction.atomic
def accept_as_new(*, token: str, name: str, password: str, now: datetime) -> Membership:
    """Somebody who never signed in joins, with a name and a password of their own.

    :raises InvitationGone: see there.
    :raises AccountExists, AccountClosed: they have an account.
    :raises PersonUnclear, TextTooLong: the name cannot be kept.
    """
    invitation = _hold(token)
    if not invitation.is_open(now):
        raise _gone()
    name = tidy(name, limit=LONGEST_NAME)
    if not name:
        raise PersonUnclear(gettext_noop("A name, please."))
    # The lock of one venue does not keep another's invitation from making the same account.
    user, is_new = User.objects.select_for_update().get_or_create(
        email__iexact=invitation.email, defaults={"email": invitation.email, "name": name}
    )
    if not user.is_active:
        raise AccountClosed(gettext_noop("This account is closed. Ask whoever runs the system."))
    if not is_new and user.has_usable_password():
        raise AccountExists(gettext_noop("You have an account already. Sign in with it."))
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    return _let_in(invitation, user, now=now)


def _let_in(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    membership = memberships.find_live(user=user, venue_id=invitation.venue_id)
    if membership is None:
        membership = memberships.join(
            user=user, venue=invitation.venue, role=Role(invitation.role), now=now
        )
    invitation.accept(membership=membership, now=now)
    return membership


def _hold(token: str) -> Invitation:
    """The invitation as it is now, behind the venue's lock."""
    found = invitations.find_by_token(token)
    if found is None:
        raise _gone()
    memberships.lock_venue(found.venue_id, by=None)
    return Invitation.objects.select_related("venue", "membership").get(id=found.id)


def _get_waiting(invitation_id: UUID, venue: Venue) -> Invitation:
    invitation = Invitation.objects.waiting().filter(id=invitation_id, venue=venue).first()
    if invitation is None:
        raise _gone()
    return invitation


def _gone() -> InvitationGone:
    return InvitationGone(gettext_noop("This invitation was used, withdrawn, or has run out."))


def _tell(invitation: Invitation, *, kind: str, by: User, now: datetime) -> None:
    people_history.record(
        venue_id=invitation.venue_id,
        kind=kind,
        at=now,
        by=by,
        name=invitation.name,
        email=invitation.email,
        role=invitation.role,
    )


def _write(invitation: Invitation, *, now: datetime) -> None:
    mail = emails.invitation(invitation)
    messages.write(
        venue=invitation.venue,
        tab=None,
        invitation=invitation,
        kind=KIND,
        source_key=f"invitation:{invitation.id}:{invitation.sendings}",
        to=invitation.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PATH,
        now=now,
    )
