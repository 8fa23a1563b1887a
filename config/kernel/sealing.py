"""Secrets that must be kept, sealed: a copied database or backup alone opens nothing.

The key is made from SECRET_KEY; what SECRET_KEY_FALLBACKS name still opens, and is sealed anew the
next time it is written.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import Aead

_PURPOSE: Final = b"afterward-seal"


class SealBroken(Exception):
    """What was sealed cannot be opened: another installation's, another thing's, or damaged."""


def seal(text: str, *, about: str) -> str:
    """The text, encrypted and signed (XChaCha20-Poly1305). It opens only for the same `about`."""
    sealed = Aead(_key(settings.SECRET_KEY)).encrypt(text.encode(), aad=about.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, *, about: str) -> str:
    """What was sealed about this.

    :raises SealBroken: none of the keys opens it.
    """
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            box = Aead(_key(secret))
            return box.decrypt(base64.urlsafe_b64decode(sealed), aad=about.encode()).decode()
        except (CryptoError, ValueError):
            continue
    raise SealBroken(about)


def _key(secret: str) -> bytes:
    """A key of its own for this purpose, so that nothing signed with SECRET_KEY tells about it."""
    return hashlib.blake2b(secret.encode(), digest_size=Aead.KEY_SIZE, person=_PURPOSE).digest()
