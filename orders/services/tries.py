"""How often something secret may be guessed, counted in the cache for a while."""

from __future__ import annotations

from django.core.cache import cache

from config.kernel.errors import DomainError, gettext_noop


class TooManyTries(DomainError):
    """Somebody is guessing. Doors answer 429, and say after how many seconds to come back."""

    code = "too_many_tries"

    def __init__(self, sentence: str, *, seconds: int | None = None, **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.seconds = seconds


def count_try(key: str, *, most: int, seconds: int) -> None:
    """Count one try under this key.

    :raises TooManyTries: `most` were made already within the time.
    """
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:
        # It ran out between the two calls: this is the first try of a new time.
        cache.set(key, 1, timeout=seconds)
        return
    if tries > most:
        raise TooManyTries(
            gettext_noop(
                "That were too many tries. Ask the staff, or try again in %(minutes)s minutes."
            ),
            seconds=seconds,
            minutes=-(-seconds // 60),
        )
