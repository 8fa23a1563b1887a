"""Asking people to work at a venue: the mail, its links, and who gets in by them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core import mail

from config.kernel.tokens import digest
from orders.models import Invitation, InvitationLink, Membership, Message, PeopleEvent, User
from orders.models.history import HistoryIsAppendOnly
from orders.rules.roles import NotAllowed, Role
from orders.rules.texts import TextTooLong
from orders.selectors import invitations as asked
from orders.services import invitation_links, invitations, memberships, messages, people
from orders.services.customers import EmailUnclear
from orders.services.invitations import (
    AccountClosed,
    AccountExists,
    AlreadyHere,
    AlreadyInvited,
    InvitationGone,
    OtherPerson,
    SentJustNow,
)
from orders.services.people import PersonUnclear
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)
WEEK = timedelta(days=7)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_broker(heard_facts):
    """Facts are heard here and nobody is nudged."""


@pytest.fixture
def invite(larkspur, olga):
    """Olga invites somebody; Cian, unless it is said otherwise."""

    def ask(*, venue=larkspur, by=olga, now=EVENING, role=Role.STAFF, **who):
        who = {"name": "Cian Burke", "email": "cian@example.org"} | who
        return invitations.invite(venue=venue, by=by, now=now, role=role, **who)

    return ask


@pytest.fixture
def invitation(invite):
    return invite()


@pytest.fixture
def token(invitation):
    """What stands in the link of Cian's mail."""
    return invitation_links.mint(invitation_id=invitation.id, now=EVENING)


def join(token, *, name="Cian", now=SOON):
    return invitations.accept_as_new(token=token, name=name, password=PASSWORD, now=now)


def kinds(venue):
    return list(PeopleEvent.objects.filter(venue=venue).order_by("id").values_list("kind", "by"))


def test_an_invitation_leaves_as_a_mail_whose_link_is_kept_as_a_digest(invitation, larkspur):
    written = Message.objects.get(invitation=invitation)

    assert messages.send_due(now=SOON) == 1

    sent = mail.outbox[0]
    link = next(line for line in sent.body.splitlines() if "/invitations/" in line)
    secret = link.rstrip("/").rpartition("/")[2]
    assert (sent.to, sent.reply_to) == (["cian@example.org"], ["hello@larkspur.example"])
    assert sent.subject == "Olga invites you to Larkspur Coffee"
    assert len(secret) == 43
    assert link in sent.alternatives[0].content
    assert InvitationLink.objects.get().digest == digest(secret)
    assert asked.find_by_token(secret) == invitation
    written.refresh_from_db()
    assert secret not in str(vars(written))
    assert secret not in str(vars(invitation))


def test_the_mail_says_who_asks_as_what_and_until_when(invitation):
    written = Message.objects.get(invitation=invitation)

    for part in (written.text, written.html):
        assert "Hi Cian" in part
        assert "Olga invites you to work at Larkspur Coffee as staff" in part.replace("\n", " ")
        assert "Fri 13 Mar, 19:30" in part
        assert "[link]" in part
    assert "<style>" in written.html
    assert "{%" not in written.text + written.html


def test_what_people_type_stays_text_in_the_mail(invite):
    written = Message.objects.get(
        invitation=invite(name="<b>Cian</b> {{ 7 }}\r\nBcc: x", email="c@example.org")
    )

    assert "<b>Cian</b>" not in written.html
    assert "\nBcc" not in written.text
    assert "\n" not in written.subject


def test_the_same_words_again_are_the_same_invitation(invite, invitation, larkspur, olga):
    again = invite(now=SOON, email=" CIAN@example.org ")

    assert again == invitation
    assert Message.objects.count() == 1
    assert [kind for kind, _by in kinds(larkspur)] == ["joined", "invited"]
    with pytest.raises(AlreadyInvited):
        invite(role=Role.OWNER)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ({"name": " "}, PersonUnclear),
        ({"email": ""}, PersonUnclear),
        ({"email": "cian"}, EmailUnclear),
        ({"email": "c@example.org\nBcc: d@example.org"}, EmailUnclear),
        ({"name": "x" * 81}, TextTooLong),
        ({"email": "ADA@example.org"}, AlreadyHere),
    ],
)
def test_an_invitation_needs_a_name_and_an_address_of_somebody_new(invite, ada, who, refusal):
    with pytest.raises(refusal):
        invite(**who)

    assert Invitation.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize("somebody", ["ada", "niamh", "mallory", "stranger"])
def test_only_owners_of_the_venue_deal_with_invitations(request, invitation, larkspur, somebody):
    by = request.getfixturevalue(somebody)
    deal = {"invitation_id": invitation.id, "venue": larkspur, "by": by, "now": SOON}

    for act in (
        lambda: invitations.invite(
            venue=larkspur, name="X", email="x@example.org", role=Role.STAFF, by=by, now=SOON
        ),
        lambda: invitations.send_again(**deal),
        lambda: invitations.revoke(**deal),
    ):
        with pytest.raises(NotAllowed):
            act()

    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.sendings) == (None, 1)


def test_an_owner_elsewhere_has_no_hold_on_it(invitation, mallory):
    elsewhere = mallory.memberships.get().venue

    for act in (invitations.send_again, invitations.revoke):
        with pytest.raises(InvitationGone):
            act(invitation_id=invitation.id, venue=elsewhere, by=mallory, now=SOON)


def test_somebody_new_joins_with_a_name_and_a_password(token, invitation, larkspur):
    membership = join(token, name="  Cian   B. ")

    user = User.objects.get(email="cian@example.org")
    assert (user.name, membership.user, membership.role) == ("Cian B.", user, "staff")
    assert membership.started_at == SOON
    assert authenticate(None, email=user.email, password=PASSWORD) == user
    assert not user.is_staff
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.membership) == (SOON, membership)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER])
def test_who_is_invited_to_review_enters_the_admin(invite, role):
    invitation = invite(role=role)

    membership = join(invitation_links.mint(invitation_id=invitation.id, now=EVENING))

    assert membership.user.is_staff


def test_a_link_lets_in_once(token):
    join(token)

    with pytest.raises(InvitationGone):
        join(token)

    assert Membership.objects.filter(user__email="cian@example.org").count() == 1


def test_it_runs_out_after_a_week_and_not_before(token, invitation):
    with pytest.raises(InvitationGone):
        join(token, now=EVENING + WEEK)

    assert join(token, now=EVENING + WEEK - timedelta(seconds=1)).role == "staff"


def test_what_was_withdrawn_opens_nothing(token, invitation, larkspur, olga):
    invitations.revoke(invitation_id=invitation.id, venue=larkspur, by=olga, now=SOON)

    with pytest.raises(InvitationGone):
        join(token)
    for act in (invitations.send_again, invitations.revoke):
        with pytest.raises(InvitationGone):
            act(invitation_id=invitation.id, venue=larkspur, by=olga, now=SOON)
    assert not User.objects.filter(email="cian@example.org").exists()


def test_a_link_that_never_was_opens_nothing(db, ada):
    with pytest.raises(InvitationGone):
        join("guess")
    with pytest.raises(InvitationGone):
        invitations.accept(token="guess", user=ada, now=SOON)


def test_sent_again_it_has_a_week_again_and_the_old_link_works(token, invitation, larkspur, olga):
    late = EVENING + timedelta(days=8)
    again = {"invitation_id": invitation.id, "venue": larkspur, "by": olga}

    invitations.send_again(**again, now=late)

    with pytest.raises(SentJustNow):
        invitations.send_again(**again, now=late + timedelta(seconds=59))
    assert Message.objects.filter(invitation=invitation).count() == 2
    assert join(token, now=late + timedelta(days=6)).role == "staff"


def test_one_that_ran_out_makes_room_for_another(invite, invitation, token):
    other = invite(role=Role.MANAGER, now=EVENING + WEEK)

    invitation.refresh_from_db()
    assert other != invitation
    assert invitation.revoked_at == EVENING + WEEK


def test_somebody_known_joins_with_the_account_they_have(invite, mallory, larkspur):
    invitation = invite(email=mallory.email)
    token = invitation_links.mint(invitation_id=invitation.id, now=EVENING)

    with pytest.raises(AccountExists):
        join(token)
    membership = invitations.accept(token=token, user=mallory, now=SOON)

    assert (membership.venue, membership.role) == (larkspur, "staff")
    assert invitations.accept(token=token, user=mallory, now=SOON) == membership
    mallory.refresh_from_db()
    assert mallory.check_password("enjoy now")


def test_nobody_else_joins_with_it(token, ada, invitation):
    with pytest.raises(OtherPerson):
        invitations.accept(token=token, user=ada, now=SOON)

    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_accepting_lifts_nobody_who_is_here_by_then(invite, stranger, larkspur):
    invitation = invite(email=stranger.email, role=Role.OWNER)
    token = invitation_links.mint(invitation_id=invitation.id, now=EVENING)
    memberships.join(user=stranger, venue=larkspur, role=Role.MANAGER, now=EVENING)

    assert invitations.accept(token=token, user=stranger, now=SOON).role == "manager"


def test_who_was_added_without_a_password_sets_one(invite, larkspur, odile):
    people.invite(venue=odile, name="C", email="cian@example.org", role=Role.STAFF, now=EVENING)
    token = invitation_links.mint(invitation_id=invite().id, now=EVENING)

    membership = join(token)

    assert membership.user.check_password(PASSWORD)
    assert User.objects.filter(email="cian@example.org").count() == 1
    assert membership.user.memberships.count() == 2


def test_a_closed_account_stays_closed(token):
    closed = factories.make_user("Cian")
    closed.is_active = False
    closed.set_unusable_password()
    closed.save()

    with pytest.raises(AccountClosed):
        join(token)


@pytest.mark.parametrize(
    ("name", "refusal"), [(" \u202e ", PersonUnclear), ("x" * 81, TextTooLong)]
)
def test_joining_needs_a_name_that_can_be_kept(token, name, refusal):
    with pytest.raises(refusal):
        join(token, name=name)

    assert not User.objects.filter(email="cian@example.org").exists()


def test_every_step_is_written_down_for_ever(token, invitation, larkspur, olga):
    later = EVENING + timedelta(hours=1)
    invitations.send_again(invitation_id=invitation.id, venue=larkspur, by=olga, now=later)
    join(token, now=later)

    assert kinds(larkspur) == [
        ("joined", None),
        ("invited", olga.pk),
        ("invited_again", olga.pk),
        ("joined", None),
    ]
    event = PeopleEvent.objects.first()
    for change in (
        event.save,
        event.delete,
        PeopleEvent.objects.all().delete,
        lambda: PeopleEvent.objects.update(kind="left"),
    ):
        with pytest.raises(HistoryIsAppendOnly):
            change()
