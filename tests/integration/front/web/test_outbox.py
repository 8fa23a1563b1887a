"""Development's letter box: whose mails, with links that work, and nothing of it in production."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from orders.models import GuestLink, Message
from payments.services import closing
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(tab, ada):
    """Larkspur's mail to Dónal, written when his tab was closed."""
    closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING, email="donal@example.org")
    return tab.messages.get()


@pytest.fixture
def at_work(client, ada):
    client.force_login(ada)
    return client


def addresses(message):
    return ["/outbox/", f"/outbox/{message.id}/", f"/outbox/{message.id}/html/"]


def test_staff_see_the_mails_of_their_venue_newest_first(at_work, message):
    later = factories.make_message(message.tab, "later", to="later@example.org")
    Message.objects.filter(id=later.id).update(created_at=EVENING + timedelta(hours=1))

    page = at_work.get("/outbox/").content.decode()

    assert page.index("later@example.org") < page.index("donal@example.org")
    assert "Your tab at Larkspur Coffee: €3.20, pay by Saturday 7 March" in page


def test_the_link_in_a_mail_works(at_work, message, client):
    page = at_work.get(f"/outbox/{message.id}/").content.decode()

    (link,) = set(re.findall(r"http://testserver(/p/[\w-]{43}/)", page))
    assert "[link]" not in page
    assert client.get(link).status_code == 200


def test_each_look_makes_a_link_of_its_own_that_is_not_kept(at_work, message):
    before = GuestLink.objects.count()

    for _look in range(2):
        at_work.get(f"/outbox/{message.id}/html/")

    message.refresh_from_db()
    assert GuestLink.objects.count() == before + 2
    assert "[link]" in message.html


def test_the_html_part_may_style_itself_and_do_nothing_else(at_work, message):
    answer = at_work.get(f"/outbox/{message.id}/html/")

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.content.decode()


def test_the_page_shows_it_in_a_closed_frame(at_work, message):
    answer = at_work.get(f"/outbox/{message.id}/")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in answer.content.decode()
    assert "frame-src 'self'" in answer["Content-Security-Policy"]


def test_another_venues_staff_find_nothing(client, mallory, message):
    client.force_login(mallory)

    answers = [client.get(address) for address in addresses(message)]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert "donal" not in answers[0].content.decode()


def test_somebody_who_works_nowhere_finds_no_page(client, stranger, message):
    client.force_login(stranger)

    assert [client.get(address).status_code for address in addresses(message)] == [404] * 3


def test_nobody_gets_in_without_signing_in(client, message):
    for address in addresses(message):
        answer = client.get(address)

        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_there_is_no_such_page_where_mails_are_real(at_work, message, settings):
    settings.SHOW_OUTBOX = False

    assert [at_work.get(address).status_code for address in addresses(message)] == [404] * 3


def test_an_empty_box_says_how_mail_comes(at_work):
    assert "No mail yet" in at_work.get("/outbox/").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "x"])
def test_a_page_that_is_none_is_the_nearest_one(at_work, message, page):
    assert at_work.get("/outbox/", {"page": page}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(at_work, message, count, django_assert_num_queries):
    for number in range(count):
        factories.make_message(message.tab, f"more-{number}")
    at_work.get("/outbox/")  # The first page of a session also notes when it was used.

    with django_assert_num_queries(5):
        at_work.get("/outbox/")
