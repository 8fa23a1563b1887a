from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel.tokens import digest
from orders.models import GuestLink, TabEvent
from orders.rules.links import KEPT_AFTER_END, LIVES_AFTER_END
from orders.selectors.links import find_expired_tab, find_tab
from orders.services import links, tabs
from tests.conftest import EVENING

MOMENT = timedelta(seconds=1)


@pytest.fixture
def token(tab, ada):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
    return links.mint(tab_id=tab.id, now=EVENING)


@pytest.fixture
def end(tab, niamh):
    """Ends the tab in one of the two ways."""

    def make(way):
        if way == "settled":
            tabs.mark_settled(tab_id=tab.id, now=EVENING)
        else:
            tabs.void_tab(tab_id=tab.id, by=niamh, now=EVENING, reason="By mistake")

    return make


def test_each_token_opens_its_tab_and_only_digests_are_kept(tab, token):
    another = links.mint(tab_id=tab.id, now=EVENING)

    assert find_tab(token=token, now=EVENING) == find_tab(token=another, now=EVENING) == tab
    assert set(GuestLink.objects.values_list("digest", flat=True)) == {
        digest(token),
        digest(another),
    }


@pytest.mark.parametrize("guess", ["", "x", "not-a-token"])
def test_a_guess_opens_nothing(token, guess):
    assert find_tab(token=guess, now=EVENING) is None
    assert find_tab(token=digest(token), now=EVENING) is None
    assert find_expired_tab(token=guess) is None


def test_a_link_of_an_owing_tab_never_runs_out(tab, token):
    assert find_tab(token=token, now=EVENING + timedelta(days=2000)) == tab


@pytest.mark.parametrize("way", ["settled", "void"])
def test_a_link_outlives_its_tabs_end_for_the_receipt(*, tab, token, end, way):
    end(way)

    runs_out = EVENING + LIVES_AFTER_END
    assert find_tab(token=token, now=runs_out - MOMENT) == tab
    assert find_tab(token=token, now=runs_out) is None
    assert find_expired_tab(token=token) == tab


def test_a_link_minted_after_the_end_runs_out_with_the_others(tab, token, end):
    end("settled")
    late = links.mint(tab_id=tab.id, now=EVENING + timedelta(days=89))

    assert find_tab(token=late, now=EVENING + LIVES_AFTER_END) is None


def test_revoked_links_open_nothing(tab, token):
    assert links.revoke_all(tab_id=tab.id, now=EVENING) == 1
    assert links.revoke_all(tab_id=tab.id, now=EVENING) == 0

    assert find_tab(token=token, now=EVENING) is None


def test_only_the_first_opening_is_history(tab, token):
    for _ in range(2):
        links.mark_opened(token=token, now=EVENING)
    links.mark_opened(token="unknown", now=EVENING)

    event = TabEvent.objects.get(kind="link_opened")
    assert (event.tab, event.actor) == (tab, "guest")
    assert GuestLink.objects.get().first_opened_at == EVENING


def test_links_are_deleted_long_after_the_end(token, end):
    end("settled")

    assert links.purge(now=EVENING + KEPT_AFTER_END - MOMENT) == 0
    assert links.purge(now=EVENING + KEPT_AFTER_END) == 1
    assert find_expired_tab(token=token) is None
