"""Secrets handed to guests and software: only their digests are stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32
# No vowels (no words by accident) and nothing that is read for something else.
_READABLE: Final = "bcdfghjkmnpqrstvwxz23456789"


def new_token() -> str:
    """A fresh secret of 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_short_key(length: int = 12) -> str:
    """A random key that can be typed; about 4.75 bits a letter."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))


def new_share_code() -> str:
    """Four random digits a guest can read out across a table."""
    return f"{secrets.randbelow(10_000):04d}"
