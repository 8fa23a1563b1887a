"""Memberships and the keys that hang on them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.tokens import digest
from orders.models import ApiKey, Membership
from orders.rules.roles import Role
from orders.rules.texts import TextTooLong
from orders.selectors import api_keys as keys
from orders.selectors import memberships as working
from orders.services import api_keys, memberships
from orders.services.memberships import LastOwner
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(days=1)


def place_of(user):
    """The one place where somebody works today."""
    return Membership.objects.live().get(user=user, venue__slug="larkspur-coffee")


def owner_of(secret):
    """The key with this secret, as it is stored."""
    return ApiKey.objects.get(digest=digest(secret))


@pytest.fixture
def membership(ada, larkspur):
    """Ada's place at Larkspur."""
    return place_of(ada)


@pytest.mark.parametrize(
    ("role", "enters_admin"), [(Role.STAFF, False), (Role.MANAGER, True), (Role.OWNER, True)]
)
def test_those_who_review_may_enter_the_admin(larkspur, stranger, role, enters_admin):
    membership = memberships.join(user=stranger, venue=larkspur, role=role, now=EVENING)

    stranger.refresh_from_db()
    assert (membership.role, membership.started_at) == (role, EVENING)
    assert stranger.is_staff is enters_admin


def test_joining_again_changes_the_role(larkspur, ada, membership):
    again = memberships.join(user=ada, venue=larkspur, role=Role.MANAGER, now=LATER)

    assert (again.id, again.role) == (membership.id, Role.MANAGER)


def test_who_leaves_is_not_there_any_more(larkspur, niamh):
    membership = place_of(niamh)

    memberships.leave(membership=membership, now=LATER)

    niamh.refresh_from_db()
    assert not niamh.is_staff
    assert working.find(user=niamh, venue_slug="larkspur-coffee") is None
    assert Membership.objects.get(user=niamh).ended_at == LATER
    assert memberships.join(user=niamh, venue=larkspur, role=Role.STAFF, now=LATER) != membership


def test_who_reviews_elsewhere_still_enters_the_admin(larkspur, odile, niamh):
    memberships.join(user=niamh, venue=odile, role=Role.OWNER, now=EVENING)

    memberships.leave(membership=place_of(niamh), now=LATER)

    niamh.refresh_from_db()
    assert niamh.is_staff


def test_a_venue_keeps_an_owner(larkspur, olga):
    only = place_of(olga)
    for step in (
        lambda: memberships.leave(membership=only, now=LATER),
        lambda: memberships.change_role(membership=only, role=Role.STAFF, now=LATER),
        lambda: memberships.join(user=olga, venue=larkspur, role=Role.MANAGER, now=LATER),
    ):
        with pytest.raises(LastOwner):
            step()

    factories.make_user("Orla", venue=larkspur, role=Role.OWNER)

    assert memberships.leave(membership=only, now=LATER).ended_at == LATER


def test_people_find_their_places_and_strangers_none(larkspur, odile, ada, mallory, stranger):
    memberships.join(user=ada, venue=odile, role=Role.MANAGER, now=EVENING)

    assert [(each.venue, each.role) for each in working.list_for(ada)] == [
        (larkspur, "staff"),
        (odile, "manager"),
    ]
    assert working.list_for(stranger) == ()
    assert working.find(user=mallory, venue_slug="larkspur-coffee") is None
    assert working.find(user=ada, venue_slug="nowhere") is None


def test_an_inactive_person_works_nowhere(ada, membership):
    ada.is_active = False
    ada.save()

    assert working.list_for(ada) == ()
    assert working.find(user=ada, venue_slug="larkspur-coffee") is None


def test_a_key_is_told_once_and_speaks_for_its_member(membership, django_assert_num_queries):
    key, secret = api_keys.issue(membership=membership, name=" Till ", now=EVENING)

    key.refresh_from_db()
    assert secret.startswith("aft_")
    assert secret.startswith(key.hint)
    assert secret not in str(vars(key))
    assert key.name == "Till"
    with django_assert_num_queries(1):
        found = keys.find_live(secret)
        assert found is not None
        assert found.membership.venue.slug == "larkspur-coffee"
        assert found.membership.user.name == "Ada"
    assert keys.find_live("aft_guess") is None
    with pytest.raises(TextTooLong):
        api_keys.issue(membership=membership, name="x" * 61, now=EVENING)


def test_a_key_ends_when_it_is_revoked_by_its_member(membership, niamh):
    key, secret = api_keys.issue(membership=membership, name="Till", now=EVENING)
    other = place_of(niamh)

    api_keys.revoke(key_id=key.id, membership=other, now=LATER)
    assert keys.find_live(secret) == key

    for now in (LATER, LATER + timedelta(days=1)):
        api_keys.revoke(key_id=key.id, membership=membership, now=now)
    key.refresh_from_db()
    assert key.revoked_at == LATER
    assert keys.find_live(secret) is None


def test_a_key_ends_with_its_member(membership):
    _key, secret = api_keys.issue(membership=membership, name="Till", now=EVENING)

    memberships.leave(membership=membership, now=LATER)

    assert keys.find_live(secret) is None


def test_use_is_noted_to_the_minute(membership, django_assert_num_queries):
    key, secret = api_keys.issue(membership=membership, name="Till", now=EVENING)

    for seconds, noted in [(0, 0), (59, 0), (60, 60), (61, 60)]:
        api_keys.touch(owner_of(secret), EVENING + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == EVENING + timedelta(seconds=noted)
    with django_assert_num_queries(0):
        api_keys.touch(key, EVENING + timedelta(seconds=62))
