"""Links that lead nowhere are counted by door and address; without a cache everybody gets in."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from orders.services import missed_links

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def cache_away(settings):
    """Nobody listens where the cache should be."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }


@pytest.fixture(autouse=True)
def nobody_has_guessed():
    """Nor will have, for whoever comes after."""
    cache.clear()
    yield
    cache.clear()


def test_thirty_misses_are_let_pass_and_no_more():
    told = [missed_links.count_miss("pay", HERE) for _miss in range(31)]

    assert told == [False] * 30 + [True]
    assert missed_links.is_guessing("pay", HERE)


def test_another_address_and_another_door_are_not_held_to_it():
    for _miss in range(31):
        missed_links.count_miss("pay", HERE)

    assert not missed_links.is_guessing("pay", THERE)
    assert not missed_links.is_guessing("book", HERE)


def test_where_the_cache_is_away_nobody_is_kept_out(cache_away):
    assert not missed_links.count_miss("pay", HERE)
    assert not missed_links.is_guessing("pay", HERE)


@pytest.mark.django_db
def test_an_invitation_that_never_was_is_said_without_a_cache_too(client, cache_away):
    assert client.get("/invitations/guess/").status_code == 404
