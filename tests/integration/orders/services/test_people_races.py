"""People and guests changed by several at the same moment: real threads, one outcome."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from config.kernel.errors import DomainError
from orders.models import ApiKey, Customer, CustomerEvent, Membership, Message, Tab, User
from orders.rules.roles import Role
from orders.services import (
    api_keys,
    customer_merges,
    invitation_links,
    invitations,
    memberships,
    tabs,
)
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db(transaction=True)
CROWD, ROUNDS = 4, 5


@pytest.fixture(autouse=True)
def _no_broker(heard_facts):
    """Facts are heard here and nobody is nudged."""


def at_once(*acts):
    """Do everything at the same moment; what each came to, a refusal by its code."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_owners_who_act_on_one_another_leave_one(larkspur, olga):
    for number in range(ROUNDS):
        owners = [olga, factories.make_user(f"Owner{number}", venue=larkspur, role=Role.OWNER)]
        places = [owner.memberships.get(ended_at=None) for owner in owners]

        outcomes = at_once(
            lambda p=places, o=owners: (
                memberships.leave(membership=p[1], by=o[0], now=EVENING).role
            ),
            lambda p=places, o=owners: (
                memberships.change_role(membership=p[0], role=Role.STAFF, by=o[1], now=EVENING).role
            ),
        )

        left = Membership.objects.live().filter(venue=larkspur, role=Role.OWNER)
        assert left.count() == 1
        assert sum(outcome == "not_allowed" for outcome in outcomes) == 1
        Membership.objects.filter(venue=larkspur).exclude(user=olga).update(ended_at=EVENING)
        Membership.objects.filter(user=olga).update(role=Role.OWNER, ended_at=None)


def test_owners_who_all_go_leave_one(larkspur, olga):
    owners = [olga] + [
        factories.make_user(f"Owner{number}", venue=larkspur, role=Role.OWNER)
        for number in range(CROWD)
    ]
    places = [owner.memberships.get() for owner in owners]

    outcomes = at_once(
        *[lambda p=place: memberships.leave(membership=p, now=EVENING).role for place in places]
    )

    assert Counter(outcomes) == {"owner": CROWD, "last_owner": 1}
    assert Membership.objects.live().filter(venue=larkspur, role=Role.OWNER).count() == 1


def test_one_invitation_lets_one_in(larkspur, olga):
    invitation = invitations.invite(
        venue=larkspur, name="C", email="c@example.org", role=Role.STAFF, by=olga, now=EVENING
    )
    token = invitation_links.mint(invitation_id=invitation.id, now=EVENING)

    outcomes = at_once(
        *[
            lambda name=name: (
                invitations.accept_as_new(
                    token=token, name=name, password="correct horse", now=EVENING
                ).user.name
            )
            for name in "WXYZ"
        ]
    )

    cian = User.objects.get(email="c@example.org")
    assert outcomes.count("invitation_gone") == CROWD - 1
    assert cian.name in outcomes
    assert cian.memberships.count() == 1


def test_two_venues_who_invite_the_same_person_make_one_account(larkspur, odile, olga, sora):
    tokens = []
    for venue, owner in ((larkspur, olga), (odile, sora)):
        invitation = invitations.invite(
            venue=venue, name="C", email="c@example.org", role=Role.STAFF, by=owner, now=EVENING
        )
        tokens.append(invitation_links.mint(invitation_id=invitation.id, now=EVENING))

    outcomes = at_once(
        *[
            lambda token=token: (
                invitations.accept_as_new(
                    token=token, name="C", password="correct horse", now=EVENING
                ).role
            )
            for token in tokens
        ]
    )

    assert sorted(outcomes) == ["account_exists", "staff"]
    assert User.objects.get(email="c@example.org").memberships.count() == 1


def test_a_form_sent_many_times_invites_and_issues_once(larkspur, olga):
    place = olga.memberships.get()

    at_once(
        *[
            lambda: invitations.invite(
                venue=larkspur,
                name="C",
                email="c@example.org",
                role=Role.STAFF,
                by=olga,
                now=EVENING,
            )
        ]
        * CROWD
    )
    outcomes = at_once(
        *[lambda: api_keys.issue(membership=place, name="Till", request_key="k", now=EVENING)[1]]
        * CROWD
    )

    assert Message.objects.count() == 1
    assert ApiKey.objects.count() == 1
    assert outcomes.count("key_issued") == CROWD - 1


def test_a_merge_overtaken_by_new_tabs_leaves_none_behind(larkspur, ada, niamh):
    for number in range(ROUNDS):
        kept, gone = (
            Customer.objects.create(
                venue=larkspur, name=name, email=f"{name}{number}@b.example", created_at=EVENING
            )
            for name in ("kept", "gone")
        )

        outcomes = at_once(
            *[
                lambda n=number: (
                    tabs.open_tab(
                        venue=larkspur, by=ada, now=EVENING, email=f"gone{n}@b.example"
                    ).id
                )
            ]
            * (CROWD - 1),
            lambda k=kept, g=gone: (
                customer_merges.merge(
                    venue=larkspur,
                    kept_id=k.id,
                    gone_id=g.id,
                    by=niamh,
                    role=Role.MANAGER,
                    now=EVENING + timedelta(seconds=1),
                ).id
            ),
        )

        assert outcomes[-1] == kept.id
        assert not Tab.objects.filter(customer=gone).exists()
        assert Tab.objects.filter(id__in=outcomes[:-1]).exclude(customer=None).count() == CROWD - 1


def test_two_managers_who_merge_the_other_way_round_agree(larkspur, niamh):
    for number in range(ROUNDS):
        one, other = (
            Customer.objects.create(
                venue=larkspur, name=name, email=f"{name}{number}@b.example", created_at=EVENING
            )
            for name in ("one", "other")
        )

        outcomes = at_once(
            *[
                lambda k=kept, g=gone: (
                    customer_merges.merge(
                        venue=larkspur,
                        kept_id=k.id,
                        gone_id=g.id,
                        by=niamh,
                        role=Role.MANAGER,
                        now=EVENING,
                    ).id
                )
                for kept, gone in ((one, other), (other, one))
            ]
        )

        merged = Customer.objects.filter(id__in=[one.id, other.id]).exclude(merged_into=None)
        assert merged.count() == 1
        assert outcomes.count("customer_merged") == 1
        assert CustomerEvent.objects.filter(customer__in=[one, other]).count() == 1
