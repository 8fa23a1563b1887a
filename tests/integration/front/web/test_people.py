"""People and keys of a venue on their page, for owners and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from config.kernel import clock
from orders.models import ApiKey, Invitation, Membership, Message
from orders.rules.roles import Role
from orders.selectors import api_keys as keys
from orders.services import api_keys, invitations, memberships
from tests import factories
from tests.conftest import EVENING
from tests.staff import browser_of, htmx_of

pytestmark = pytest.mark.django_db
PEOPLE = "/v/larkspur-coffee/people/"
SOON = EVENING + timedelta(minutes=5)
CIAN = {"name": "Cian Burke", "email": "cian@example.org", "role": "staff"}


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture
def addresses(larkspur, olga, ada):
    """Every address of the page, and the methods it answers to, about things that are there."""
    invitation = invitations.invite(
        venue=larkspur, name="C", email="c@example.org", role=Role.STAFF, by=olga, now=EVENING
    )
    ours = ada.memberships.get()
    key, _secret = api_keys.issue(membership=ours, name="Till", now=EVENING)
    return [
        (PEOPLE, ["get"]),
        (f"{PEOPLE}invitations/", ["get", "post"]),
        (f"{PEOPLE}invitations/{invitation.id}/sending/", ["post"]),
        (f"{PEOPLE}invitations/{invitation.id}/withdrawal/", ["post"]),
        (f"{PEOPLE}{ours.pk}/role/", ["get", "post"]),
        (f"{PEOPLE}{ours.pk}/ending/", ["get", "post"]),
        (f"{PEOPLE}keys/", ["get", "post"]),
        (f"{PEOPLE}keys/{key.id}/revocation/", ["get", "post"]),
    ]


@pytest.mark.parametrize(
    ("somebody", "status"),
    [("ada", 403), ("niamh", 403), ("mallory", 404), ("stranger", 404), (None, 302)],
)
def test_the_page_is_for_owners_of_the_venue(request, addresses, somebody, status):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()
    before = [list(model.objects.values()) for model in (Membership, Invitation, ApiKey)]

    for address, methods in addresses:
        for method in methods:
            answer = getattr(browser, method)(address, CIAN)
            assert answer.status_code == status, (method, address)
    assert [list(m.objects.values()) for m in (Membership, Invitation, ApiKey)] == before


def test_owners_open_every_page_with_and_without_htmx(olga, addresses):
    for browser in (browser_of(olga), htmx_of(olga)):
        for address, methods in addresses:
            if "get" in methods:
                assert browser.get(address).status_code == 200, address


def test_nothing_of_another_venue_is_found_here(olga, mallory):
    theirs = mallory.memberships.get()
    key, _secret = api_keys.issue(membership=theirs, name="Theirs", now=EVENING)
    asked = invitations.invite(
        venue=theirs.venue,
        name="C",
        email="c@example.org",
        role=Role.STAFF,
        by=mallory,
        now=EVENING,
    )
    browser = browser_of(olga)

    for part in (
        f"{theirs.pk}/role/",
        f"{theirs.pk}/ending/",
        "999999/role/",
        f"invitations/{asked.id}/sending/",
        f"invitations/{asked.id}/withdrawal/",
        f"invitations/{uuid4()}/withdrawal/",
        f"keys/{key.id}/revocation/",
        f"keys/{uuid4()}/revocation/",
    ):
        assert browser.post(PEOPLE + part, {"role": "owner"}).status_code == 404, part
    shown = browser.get(PEOPLE).content.decode()
    assert "Mallory" not in shown
    assert "Theirs" not in shown


def test_the_list_says_who_works_here_as_what_since_when(olga, ada, niamh):
    ada.last_login = SOON
    ada.save()

    shown = browser_of(olga).get(PEOPLE).content.decode()

    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in shown.split("<tr")[2:5]]
    for row, words in zip(
        rows,
        (
            ["Ada", "ada@example.org", "Staff", "Friday 6 March 2026", "Fri 6 Mar, 19:35"],
            ["Niamh", "Manager", "Not yet"],
            ["Olga", "(you)", "Owner", "The only owner"],
        ),
        strict=True,
    ):
        assert all(word in row for word in words), (row, words)


def test_an_invitation_is_sent_listed_sent_again_and_withdrawn(olga, monkeypatch):
    browser = browser_of(olga)

    answer = browser.post(f"{PEOPLE}invitations/", CIAN, follow=True)

    invitation = Invitation.objects.get()
    assert answer.redirect_chain == [(PEOPLE, 303)]
    assert "Invitation sent to Cian Burke" in answer.content.decode()
    assert "cian@example.org" in answer.content.decode()
    where = f"{PEOPLE}invitations/{invitation.id}/"
    monkeypatch.setattr(clock, "now", lambda: SOON + timedelta(minutes=2))
    assert "Sent again" in browser.post(f"{where}sending/", follow=True).content.decode()
    assert "a moment ago" in browser.post(f"{where}sending/", follow=True).content.decode()
    assert Message.objects.count() == 2
    shown = browser.post(f"{where}withdrawal/", follow=True).content.decode()
    assert "The invitation of Cian Burke is withdrawn" in shown
    assert 'id="invited-h"' not in shown
    assert browser.post(f"{where}withdrawal/").status_code == 404


def test_a_double_tap_invites_once(olga):
    browser = browser_of(olga)

    for _ in range(2):
        assert browser.post(f"{PEOPLE}invitations/", CIAN).status_code == 303

    assert Invitation.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "This field is required"),
        (CIAN | {"email": "cian"}, "seems to miss something"),
        (CIAN | {"role": "god"}, "Select a valid choice"),
        (CIAN | {"name": "x" * 81}, "at most 80 characters"),
        (CIAN | {"email": "olga@example.org"}, "works here already"),
        (CIAN | {"name": "\x00"}, "Null characters"),
    ],
)
def test_what_cannot_be_kept_goes_back_into_the_form(olga, typed, said):
    for browser in (browser_of(olga), htmx_of(olga)):
        answer = browser.post(f"{PEOPLE}invitations/", typed)

        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_role_is_changed(olga, ada):
    member = ada.memberships.get()

    answer = browser_of(olga).post(f"{PEOPLE}{member.pk}/role/", {"role": "manager"}, follow=True)

    ada.refresh_from_db()
    assert ada.is_staff
    assert ada.memberships.get().role == "manager"
    assert "Ada is manager now" in answer.content.decode()
    assert "Ada is manager now, was staff" in answer.content.decode()


@pytest.mark.parametrize("role", ["", "god"])
def test_a_role_that_is_none_changes_nothing(olga, ada, role):
    member = ada.memberships.get()

    answer = browser_of(olga).post(f"{PEOPLE}{member.pk}/role/", {"role": role})

    assert (answer.status_code, ada.memberships.get().role) == (422, "staff")


def test_nobody_changes_themselves_and_the_last_owner_stays(larkspur, olga):
    own = olga.memberships.get()
    browser = browser_of(olga)

    alone = browser.post(f"{PEOPLE}{own.pk}/role/", {"role": "staff"})
    end_alone = browser.post(f"{PEOPLE}{own.pk}/ending/", follow=True)
    factories.make_user("Orla", venue=larkspur, role=Role.OWNER)
    with_another = browser.post(f"{PEOPLE}{own.pk}/role/", {"role": "staff"})
    end = browser.post(f"{PEOPLE}{own.pk}/ending/", follow=True)

    assert (alone.status_code, with_another.status_code) == (422, 422)
    for answer in (alone, end_alone):
        assert "A venue needs an owner" in answer.content.decode()
    for answer in (with_another, end):
        assert "Nobody changes their own role" in answer.content.decode()
    own.refresh_from_db()
    assert (own.role, own.ended_at) == ("owner", None)


def test_who_is_let_go_is_out_with_the_next_tap(olga, ada):
    member = ada.memberships.get()
    _key, secret = api_keys.issue(membership=member, name="Till", now=EVENING)
    theirs, till = browser_of(ada), {"headers": {"Authorization": f"Bearer {secret}"}}
    assert theirs.get("/v/larkspur-coffee/").status_code == 200
    assert Client().get("/api/v1/venues/", **till).status_code == 200

    browser_of(olga).post(f"{PEOPLE}{member.pk}/ending/")

    assert Client().get("/api/v1/venues/", **till).status_code == 401
    assert theirs.get("/api/v1/venues/").status_code == 401
    answer = theirs.get("/v/larkspur-coffee/")
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")
    ada.refresh_from_db()
    assert browser_of(ada).get("/v/larkspur-coffee/").status_code == 404


def test_who_works_elsewhere_too_stays_signed_in_there(olga, ada, odile):
    memberships.join(user=ada, venue=odile, role=Role.STAFF, now=EVENING)
    theirs = browser_of(ada)

    browser_of(olga).post(
        f"{PEOPLE}{ada.memberships.get(venue__slug='larkspur-coffee').pk}/ending/"
    )

    assert theirs.get("/v/larkspur-coffee/").status_code == 404
    assert theirs.get("/v/salon-odile/").status_code == 200


def test_who_was_an_owner_until_a_moment_ago_decides_nothing(larkspur, olga, ada):
    orla = factories.make_user("Orla", venue=larkspur, role=Role.OWNER)
    browser = browser_of(orla)
    browser_of(olga).post(f"{PEOPLE}{orla.memberships.get().pk}/role/", {"role": "staff"})

    answer = browser.post(f"{PEOPLE}{ada.memberships.get().pk}/role/", {"role": "owner"})

    assert (answer.status_code, ada.memberships.get().role) == (403, "staff")


def test_a_key_is_shown_once_and_does_what_it_was_given(olga):
    browser, form = browser_of(olga), {"name": "Till", "role": "staff", "request_key": "one"}

    answer = browser.post(f"{PEOPLE}keys/", form)
    again = browser.post(f"{PEOPLE}keys/", form)

    secret = re.search(r"aft_[\w-]{43}", answer.content.decode())[0]
    found = keys.find_live(secret)
    assert (found.name, found.reach, found.speaker.role) == ("Till", "staff", "staff")
    assert found.membership.role == "owner"
    assert "no-store" in answer["Cache-Control"]
    assert again.status_code == 422
    assert "was issued and shown" in again.content.decode()
    assert ApiKey.objects.count() == 1
    listed = browser.get(PEOPLE).content.decode()
    assert secret not in listed
    assert found.hint in listed
    venues = Client().get("/api/v1/venues/", headers={"Authorization": f"Bearer {secret}"}).json()
    assert [each["role"] for each in venues["results"]] == ["staff"]


def test_a_key_reaches_no_further_than_its_owner_does_by_then(larkspur, olga):
    orla = factories.make_user("Orla", venue=larkspur, role=Role.OWNER)
    _key, secret = api_keys.issue(
        membership=orla.memberships.get(), name="Till", role=Role.MANAGER, now=EVENING
    )

    browser_of(olga).post(f"{PEOPLE}{orla.memberships.get().pk}/role/", {"role": "staff"})

    assert keys.find_live(secret).reach == "staff"


@pytest.mark.parametrize(
    "typed", [{"role": "staff"}, {"name": " ", "role": "staff"}, {"name": "Till", "role": "god"}]
)
def test_a_key_needs_a_name_and_a_role(olga, typed):
    assert browser_of(olga).post(f"{PEOPLE}keys/", typed).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_of_anybody_here_is_revoked(olga, ada):
    key, secret = api_keys.issue(membership=ada.memberships.get(), name="Till", now=EVENING)
    browser = browser_of(olga)

    answer = browser.post(f"{PEOPLE}keys/{key.id}/revocation/", follow=True)
    again = browser.post(f"{PEOPLE}keys/{key.id}/revocation/", follow=True)

    assert keys.find_live(secret) is None
    assert "The key Till opens nothing now" in answer.content.decode()
    assert again.content.decode().count("A key was revoked") == 1


def test_the_list_asks_as_much_for_three_as_for_one(olga, larkspur, django_assert_num_queries):
    def fill(count):
        for number in range(count):
            person = factories.make_user(f"Person{number}x{count}", venue=larkspur)
            api_keys.issue(membership=person.memberships.get(), name="K", now=EVENING)
            invitations.invite(
                venue=larkspur,
                name="C",
                email=f"c{number}x{count}@example.org",
                role=Role.STAFF,
                by=olga,
                now=EVENING,
            )

    browser = browser_of(olga)
    browser.get(PEOPLE)
    for count in (1, 2):
        fill(count)
        with django_assert_num_queries(7):  # Session, person, standing; then four for the page.
            browser.get(PEOPLE)
