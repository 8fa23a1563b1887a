from __future__ import annotations

import hashlib
import re

from config.kernel import tokens


def test_a_secret_has_256_random_bits_and_fits_a_url():
    secrets = {tokens.new_token() for _ in range(50)}

    assert len(secrets) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets)


def test_only_the_sha_256_of_a_secret_is_kept():
    assert tokens.digest("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_short_key_can_be_read_out_and_typed():
    keys = {tokens.new_short_key() for _ in range(50)}

    assert len(keys) == 50
    assert all(re.fullmatch(r"[bcdfghjkmnpqrstvwxz2-9]{12}", key) for key in keys)


def test_a_share_code_is_four_digits():
    assert all(re.fullmatch(r"\d{4}", tokens.new_share_code()) for _ in range(50))
