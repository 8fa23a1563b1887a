"""Who may do what at a venue (decision 3). A table, so that a test can walk it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from config.kernel.errors import DomainError, gettext_noop


class Role(StrEnum):
    STAFF = "staff"
    MANAGER = "manager"
    OWNER = "owner"


class Right(StrEnum):
    WORK_TABS = "work_tabs"
    TAKE_PAYMENT = "take_payment"
    SET_AVAILABILITY = "set_availability"
    REOPEN_TAB = "reopen_tab"
    VOID_TAB = "void_tab"
    GIVE_FREELY = "give_freely"
    EDIT_CATALOGUE = "edit_catalogue"
    EDIT_TOKENS = "edit_tokens"
    REVIEW_MONEY = "review_money"
    REFUND = "refund"
    GIVE_MORE_TIME = "give_more_time"
    EDIT_VENUE = "edit_venue"
    MERGE_CUSTOMERS = "merge_customers"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_ACCOUNT = "manage_account"


_STAFF: Final = frozenset({Right.WORK_TABS, Right.TAKE_PAYMENT, Right.SET_AVAILABILITY})
_MANAGER: Final = _STAFF | {
    Right.REOPEN_TAB,
    Right.VOID_TAB,
    Right.GIVE_FREELY,
    Right.EDIT_CATALOGUE,
    Right.EDIT_TOKENS,
    Right.REVIEW_MONEY,
    Right.REFUND,
    Right.GIVE_MORE_TIME,
    Right.EDIT_VENUE,
    Right.MERGE_CUSTOMERS,
}
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.STAFF: _STAFF,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _MANAGER | {Right.MANAGE_PEOPLE, Right.MANAGE_ACCOUNT},
}
# Who has a reason to enter Django admin.
REVIEWERS: Final = frozenset(
    role for role, rights in RIGHTS.items() if Right.REVIEW_MONEY in rights
)


# What each is called in the middle of a sentence; doors and mails translate it.
NAMES: Final[Mapping[Role, str]] = {
    Role.STAFF: gettext_noop("staff"),
    Role.MANAGER: gettext_noop("manager"),
    Role.OWNER: gettext_noop("owner"),
}


class NotAllowed(DomainError):
    """The person's role at this venue does not reach that far. Doors answer 403."""

    code = "not_allowed"


def may(role: Role, right: Right) -> bool:
    """Whether somebody in this role has this right."""
    return right in RIGHTS[role]


def lower_of(one: Role, other: Role) -> Role:
    """The one of two roles that reaches less far."""
    return min(one, other, key=list(Role).index)


def ensure_may(role: Role, right: Right) -> None:
    """:raises NotAllowed: the role does not carry the right."""
    if not may(role, right):
        raise NotAllowed(gettext_noop("Your role does not allow this. Ask a manager."))
