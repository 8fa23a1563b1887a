"""What is sealed opens with the key it was sealed with, for the thing it was sealed about."""

from __future__ import annotations

import pytest

from config.kernel.sealing import SealBroken, seal, unseal

SECRET = "rk_live_a-key-that-nobody-else-may-know"


def test_what_is_sealed_opens_again_and_shows_nothing():
    sealed = seal(SECRET, about="key:1")

    assert unseal(sealed, about="key:1") == SECRET
    assert "rk_live" not in sealed


def test_no_two_seals_are_alike():
    assert seal(SECRET, about="key:1") != seal(SECRET, about="key:1")


def test_after_a_change_of_key_the_old_one_still_opens(settings):
    sealed = seal(SECRET, about="key:1")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8

    with pytest.raises(SealBroken):
        unseal(sealed, about="key:1")
    settings.SECRET_KEY_FALLBACKS = [old]

    assert unseal(sealed, about="key:1") == SECRET


@pytest.mark.parametrize("broken", ["", "no base64!", "AAAA", seal.__doc__])
def test_what_is_damaged_opens_nothing(broken):
    with pytest.raises(SealBroken):
        unseal(broken, about="key:1")


def test_one_thing_s_seal_is_no_other_s():
    with pytest.raises(SealBroken):
        unseal(seal(SECRET, about="key:1"), about="key:2")
