"""Doing what a call asks for once, however often it arrives under the same Idempotency-Key.

A call that is one database transaction is done by `run_once`: effect and remembered answer are
committed together, so neither can exist without the other. The answer is written last: a repeat
does the work too, fails at the unique key or before it, is undone, and is told the first answer.
That makes the common case, a new key, one statement.

A call that also asks Stripe cannot be one transaction: `run_claimed` commits a claim first, and a
claim whose process died is taken over with the same request key, under which the services do
nothing twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.http import translated
from config.kernel.idempotency import Answer, Asked
from config.kernel.prepared import insert
from config.kernel.refusals import is_answer
from config.kernel.tokens import digest
from orders.models import IdempotencyRecord, Membership, User, Venue
from orders.services import idempotency
from orders.services.idempotency import StillRunning

CONFLICT: Final = 409
_NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one person at one venue, under a key of their choosing."""

    venue: Venue
    by: User
    asked: Asked

    @property
    def name(self) -> str:
        """What the key is called here: two people may pick the same one without meeting."""
        return digest(f"{self.by.pk} {self.asked.key}")


def call_of(member: Membership, asked: Asked | None) -> Call | None:
    """A member's call, if it came with a key."""
    return None if asked is None else Call(venue=member.venue, by=member.user, asked=asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to do the work of a call. `is_resumed`: somebody may have done part of it."""

    request_key: str
    is_resumed: bool


def run_once(*, call: Call | None, work: Callable[[], Answer], now: datetime) -> Answer:
    """Do the work and remember its answer in one transaction; a repeat gets the answer again.

    Without a key there is no call to remember, and every one is new.

    :raises KeyReused: the key came with another call.
    :raises StillRunning: the first call has not ended.
    """
    if call is None:
        return work()
    try:
        return _work_and_remember(call, work, now=now)
    except (DomainError, IntegrityError) as stopped:
        earlier = _earlier(call, stopped, now=now)
        if earlier is not None:
            return earlier
        if isinstance(stopped, DomainError):
            raise
    # What stood in the way was an answer of more than a day ago, which is gone now.
    return _work_and_remember(call, work, now=now)


def run_claimed(*, call: Call | None, work: Callable[[Claim], Answer], now: datetime) -> Answer:
    """Claim the key, do work of several transactions, then remember its answer.

    Work that breaks down leaves its claim behind: part of it may be done, so the next call under
    the key has to go on with the same request key instead of starting anew.

    :raises KeyReused: the key came with another call.
    :raises StillRunning: the first call has not ended.
    """
    if call is None:
        return work(Claim(request_key="", is_resumed=False))
    was_claimed = _records(call).filter(status=None).exists()
    earlier = _begin(call, now=now)
    if earlier is not None:
        return _again(earlier, call)
    try:
        answer = work(Claim(request_key=f"api:{_records(call).get().pk}", is_resumed=was_claimed))
    except DomainError as refusal:
        if is_answer(refusal):
            _finish(call, _refused(refusal))
        else:
            idempotency.forget(venue=call.venue, key=call.name)
        raise
    _finish(call, answer)
    return answer


def _records(call: Call) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(venue=call.venue, key=call.name)


def _begin(call: Call, *, now: datetime) -> IdempotencyRecord | None:
    try:
        return idempotency.begin(
            venue=call.venue, key=call.name, fingerprint=call.asked.fingerprint, now=now
        )
    except OperationalError as error:
        # The database waits for the first call to end, but not for ever.
        raise _still_running() from error


def _finish(call: Call, answer: Answer) -> None:
    idempotency.finish(
        venue=call.venue, key=call.name, status=answer.status, body=_seal(answer.data, call)
    )


@transaction.atomic
def _work_and_remember(call: Call, work: Callable[[], Answer], *, now: datetime) -> Answer:
    answer = work()
    insert(
        IdempotencyRecord(
            venue=call.venue,
            key=call.name,
            fingerprint=call.asked.fingerprint,
            status=answer.status,
            body=_seal(answer.data, call),
            created_at=now,
        )
    )
    return answer


@transaction.atomic
def _earlier(call: Call, stopped: Exception, *, now: datetime) -> Answer | None:
    """What the first call came to. If this is the first, a refusal is what it came to."""
    record = _begin(call, now=now)
    if record is not None:
        return _again(record, call)
    if isinstance(stopped, DomainError) and is_answer(stopped):
        _finish(call, _refused(stopped))
    else:
        idempotency.forget(venue=call.venue, key=call.name)
    return None


def _refused(refusal: DomainError) -> Answer:
    return Answer(status=CONFLICT, data={"code": refusal.code, "detail": translated(refusal)})


def _again(record: IdempotencyRecord, call: Call) -> Answer:
    assert record.status is not None
    return Answer(status=record.status, data=_unseal(record.body, call), is_replay=True)


def _seal(data: dict[str, Any], call: Call) -> str:
    """An answer as it is kept.

    It may hold a payment link, of which nothing but a digest is ever stored. So it is kept under
    a key made of the house's and the caller's: the database alone opens nothing.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    # Packed before it is sealed: what is sealed looks like chance, which nothing packs.
    plain = zlib.compress(json.dumps(data, separators=(",", ":")).encode())
    return base64.b64encode(nonce + _mixed(plain, nonce, call, settings.SECRET_KEY)).decode()


def _unseal(body: str, call: Call) -> dict[str, Any]:
    raw = base64.b64decode(body)
    nonce, mixed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with suppress(ValueError, zlib.error):
            plain = _mixed(mixed, nonce, call, secret)
            # Answers of the day before an upgrade may not be packed.
            plain = plain if plain.startswith(b"{") else zlib.decompress(plain)
            found: dict[str, Any] = json.loads(plain)
            return found
    # The house's key was changed within the day and the old one is gone. Nothing is done twice.
    raise _still_running()


def _still_running() -> StillRunning:
    return StillRunning(gettext_noop("The first call with this Idempotency-Key is not done yet."))


def _mixed(data: bytes, nonce: bytes, call: Call, secret: str) -> bytes:
    """Added to a stream of bits that is used once, for this nonce; adding it again takes it off."""
    key = hmac.digest(secret.encode(), nonce + call.asked.key.encode(), "sha256")
    stream = int.from_bytes(hashlib.shake_256(key).digest(len(data)), "big")
    return (int.from_bytes(data, "big") ^ stream).to_bytes(len(data), "big")
