"""Who works at a venue, who is invited, which keys act for them, and how that came to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.front.pages.history import Told
from orders.models import ApiKey, Invitation, Membership, PeopleEvent
from orders.rules.roles import NAMES, Role
from orders.selectors import api_keys, invitations, memberships

NEWEST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at work here. Nobody changes themselves, and the last owner stays one."""

    member: Membership
    role: str
    is_self: bool
    is_last_owner: bool

    @property
    def may_be_changed(self) -> bool:
        return not (self.is_self or self.is_last_owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody asked, who has not answered."""

    invitation: Invitation
    role: str
    has_run_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as its owners see it: never its secret. It may have less reach than it was given."""

    key: ApiKey
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Everything the page needs; no query is left when the template starts."""

    people: tuple[Person, ...]
    invited: tuple[Invited, ...]
    keys: tuple[Key, ...]
    events: tuple[Told, ...]


def get_people_page(member: Membership, *, now: datetime) -> PeoplePage:
    """The people of a venue as one of its owners sees them, in four statements."""
    working = memberships.list_people(venue=member.venue)
    owners = sum(each.role == Role.OWNER for each in working)
    return PeoplePage(
        people=tuple(
            Person(
                member=each,
                role=role_name(each.role),
                is_self=each.user_id == member.user_id,
                is_last_owner=each.role == Role.OWNER and owners == 1,
            )
            for each in working
        ),
        invited=tuple(
            Invited(
                invitation=each,
                role=role_name(each.role),
                has_run_out=each.has_run_out(now),
            )
            for each in invitations.list_waiting(venue=member.venue)
        ),
        keys=tuple(
            Key(key=each, role=role_name(each.reach))
            for each in api_keys.list_live(venue=member.venue)
        ),
        events=tuple(
            _tell(event) for event in memberships.list_history(venue=member.venue)[:NEWEST]
        ),
    )


_TOLD: Final[Mapping[str, tuple[str, Promise]]] = {
    "joined": ("user", _("%(who)s joined as %(role)s")),
    "role_changed": ("transfer", _("%(who)s is %(role)s now, was %(before)s")),
    "left": ("ban", _("%(who)s works here no more")),
    "invited": ("send", _("%(who)s was invited as %(role)s")),
    "invited_again": ("send", _("The invitation of %(who)s was sent again")),
    "invitation_revoked": ("x", _("The invitation of %(who)s was withdrawn")),
    "key_issued": ("lock", _("A key was issued: %(name)s, as %(role)s")),
    "key_revoked": ("ban", _("A key was revoked: %(name)s")),
    "stripe_connected": ("card", _("Stripe account connected: %(name)s")),
    "stripe_webhook_renewed": ("refresh", _("The secret of Stripe’s events was renewed")),
    "stripe_disconnected": ("x", _("Stripe account left: %(name)s")),
}


def _tell(event: PeopleEvent) -> Told:
    icon, sentence = _TOLD[event.kind]
    data = event.data
    facts = {
        "who": str(event.membership.user) if event.membership else data.get("name", ""),
        "name": data.get("name", ""),
        "role": role_name(data.get("role", "")),
        "before": role_name(data.get("before", "")),
    }
    by = gettext("by %(name)s") % {"name": event.by} if event.by else ""
    return Told(icon=icon, state="", title=str(sentence) % facts, more=by, at=event.at)


def role_name(role: str) -> str:
    """What a role is called in the middle of a sentence."""
    return gettext(NAMES[Role(role)]) if role else ""
