"""The door for somebody invited: new, known, too late, or somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from config.kernel import clock
from orders.models import Invitation, User
from orders.rules.roles import Role
from orders.services import invitation_links, invitations, memberships
from tests import factories
from tests.conftest import EVENING
from tests.staff import browser_of

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)
BOARD = "/v/larkspur-coffee/"
TYPED = {"name": "Cian Burke", "password": "correct horse battery"}


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)


@pytest.fixture(autouse=True)
def _nobody_guessed_before():
    cache.clear()


@pytest.fixture
def link_for(larkspur, olga):
    """The address in the mail of somebody whom Olga invites."""

    def make(email="cian@example.org", role=Role.STAFF):
        invitation = invitations.invite(
            venue=larkspur, name="Cian", email=email, role=role, by=olga, now=EVENING
        )
        token = invitation_links.mint(invitation_id=invitation.id, now=EVENING)
        return f"/invitations/{token}/"

    return make


def test_looking_at_the_link_accepts_nothing_and_says_what_it_is(link_for):
    link = link_for()

    for method in ("get", "head", "get"):
        answer = getattr(Client(), method)(link)
        assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Join Larkspur Coffee" in shown
    assert "Olga invites you to work here as staff" in shown
    assert 'value="cian@example.org"' in shown
    assert 'value="Cian"' in shown
    assert not User.objects.filter(email="cian@example.org").exists()
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_somebody_new_chooses_a_password_and_stands_at_the_board(link_for):
    browser, link = Client(), link_for()

    answer = browser.post(link, TYPED, follow=True)

    assert answer.redirect_chain == [(BOARD, 303)]
    assert "Welcome to Larkspur Coffee" in answer.content.decode()
    person = User.objects.get(email="cian@example.org")
    assert (person.name, person.memberships.get().role) == ("Cian Burke", "staff")
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_a_second_tap_leads_to_the_board_and_anybody_else_is_too_late(link_for):
    browser, link = Client(), link_for()
    browser.post(link, TYPED)

    assert browser.post(link, TYPED).url == BOARD
    assert browser.get(link).url == BOARD
    late = Client().post(link, TYPED | {"name": "Eve"})

    assert late.status_code == 410
    assert "This invitation was used" in late.content.decode()
    assert User.objects.get(email="cian@example.org").name == "Cian Burke"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "This field is required"),
        (TYPED | {"password": "short"}, "at least 12"),
        (TYPED | {"password": "qwerty123456"}, "too common"),
        (TYPED | {"password": "cian@example.org"}, "too similar"),
        (TYPED | {"name": "x" * 81}, "at most 80"),
        (TYPED | {"name": "\u202e"}, "A name, please."),
        (TYPED | {"password": "x" * 129}, "at most 128"),
        (TYPED | {"name": "\x00"}, "Null characters"),
    ],
)
def test_name_and_password_are_checked(link_for, typed, said):
    answer = Client().post(link_for(), typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "correct horse" not in answer.content.decode()
    assert not User.objects.filter(email="cian@example.org").exists()


def test_somebody_known_signs_in_and_joins(link_for, mallory):
    link = link_for(mallory.email)

    asked = Client().get(link).content.decode()
    nothing = Client().post(link, TYPED)
    browser = browser_of(mallory)
    offered = browser.get(link).content.decode()
    answer = browser.post(link, follow=True)

    assert f"/accounts/login/?next={link.replace('/', '%2F')}" in asked
    assert nothing.status_code == 200
    assert "You keep your account" in offered
    assert answer.redirect_chain == [(BOARD, 303)]
    assert sorted(mallory.memberships.values_list("venue__slug", flat=True)) == [
        "elsewhere",
        "larkspur-coffee",
    ]
    assert browser.post(link).url == BOARD


def test_signing_in_leads_back_to_the_invitation(link_for, mallory):
    link, browser = link_for(mallory.email), Client()

    answer = browser.post(
        f"/accounts/login/?next={link}", {"login": mallory.email, "password": "enjoy now"}
    )

    assert answer.url == link


def test_somebody_else_cannot_use_it(link_for, mallory, ada):
    link = link_for(mallory.email)

    shown = browser_of(ada).get(link)
    answer = browser_of(ada).post(link)

    assert "and Ada is signed in" in shown.content.decode()
    assert answer.status_code == 409
    assert "This invitation is for mallory@example.org." in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_whoever_sat_here_before_is_signed_out_by_somebody_new(link_for, olga):
    browser, link = browser_of(olga), link_for()

    assert "Olga is signed in on this device" in browser.get(link).content.decode()
    browser.post(link, TYPED)

    assert browser.session["_auth_user_id"] != str(olga.pk)


def test_too_late_says_why_and_what_to_do(link_for, olga, larkspur, monkeypatch):
    link = link_for()
    monkeypatch.setattr(clock, "now", lambda: EVENING + timedelta(days=7))
    ran_out = Client().get(link)
    monkeypatch.setattr(clock, "now", lambda: SOON)
    invitations.revoke(invitation_id=Invitation.objects.get().id, venue=larkspur, by=olga, now=SOON)
    withdrawn = Client().post(link, TYPED)

    assert (ran_out.status_code, withdrawn.status_code) == (410, 410)
    assert "Ask Olga to send it again" in ran_out.content.decode()
    assert "This invitation was withdrawn" in withdrawn.content.decode()
    assert not User.objects.filter(email="cian@example.org").exists()


def test_who_left_does_not_come_back_by_the_old_link(link_for, larkspur, olga):
    link, browser = link_for(), Client()
    browser.post(link, TYPED)
    cian = User.objects.get(email="cian@example.org")
    memberships.leave(membership=cian.memberships.get(), now=SOON)

    assert browser_of(User.objects.get(pk=cian.pk)).post(link).status_code == 410
    assert cian.memberships.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("token", ["guess", "x" * 43, "%00", "x" * 4000])
def test_a_link_that_never_was_is_told_kindly(db, token):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/invitations/{token}/")

        assert answer.status_code == 404
        assert "This link opens nothing" in answer.content.decode()


def test_guessing_is_slowed_down_and_honest_people_are_not(link_for):
    link = link_for()

    answers = [Client().get(f"/invitations/guess{number}/").status_code for number in range(31)]

    assert answers == [404] * 30 + [429]
    assert Client().get(link).status_code == 200


def test_the_door_asks_the_same_few_questions_every_time(link_for, django_assert_num_queries):
    link = link_for()
    factories.make_user("Somebody")

    with django_assert_num_queries(2):  # The invitation, and whether there is an account.
        Client().get(link)
