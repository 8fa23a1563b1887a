"""The guest's yes to what a service promises, and starting without it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Acknowledgement, ItemPromise, Line, Tab, User
from orders.rules.promises import AcknowledgementWay
from orders.rules.texts import tidy, tidy_reason
from orders.services import history, venues
from orders.services.lines import LONGEST_REASON, LineSent, lock_line

LONGEST_NAME: Final = 80


class NothingPromised(DomainError):
    """There is nothing about this line to agree to."""

    code = "nothing_promised"


class PromiseChanged(DomainError):
    """What was agreed to is not what this line was sold under."""

    code = "promise_changed"


class SignatureMissing(DomainError):
    """A yes without a name is nobody's."""

    code = "signature_missing"


@transaction.atomic
def acknowledge(
    *,
    tab_id: UUID,
    line_id: UUID,
    shown: str,
    name: str,
    now: datetime,
    by: User | None = None,
    browser_digest: str = "",
) -> Acknowledgement:
    """Keep the guest's yes: to which wording, under which name, how and when. Twice is once.

    `shown` is the digest of the wording that was read. `by` held the screen out; without it the
    guest agreed in a browser that was let in to the bill, which the caller has made sure of.

    :raises TabNotOpen, LineUnknown, LineVoid: there is nothing to agree to any more.
    :raises NothingPromised: the line promises nothing.
    :raises PromiseChanged: another wording was read.
    :raises LineSent: it has started without a yes already.
    :raises SignatureMissing, TextTooLong: the name cannot be kept.
    """
    tab, line, promise = _lock_promise(tab_id, line_id)
    way = AcknowledgementWay.OWN_PHONE if by is None else AcknowledgementWay.STAFF_SCREEN
    if promise.digest != shown:
        raise PromiseChanged(
            gettext_noop("This is not the wording it was sold under. Read it once more, please.")
        )
    signed = tidy(name, limit=LONGEST_NAME)
    if not signed:
        raise SignatureMissing(gettext_noop("Type your name, so that it is your yes."))
    before = line.acknowledgements.exclude(way=AcknowledgementWay.WAIVED).first()
    if before is not None:
        return before
    _refuse_if_started(line)
    said = Acknowledgement(
        promise=promise, way=way, name=signed, by=by, browser_digest=browser_digest
    )
    return _keep(tab, line, said, now=now)


@transaction.atomic
def waive(*, tab_id: UUID, line_id: UUID, by: User, reason: str, now: datetime) -> Acknowledgement:
    """Let a service start without the guest's yes; the reason stands on the bill. Twice is once.

    :raises TabNotOpen, LineUnknown, LineVoid, NothingPromised: there is nothing to start.
    :raises ReasonMissing, TextTooLong: the guest is to read why.
    """
    tab, line, promise = _lock_promise(tab_id, line_id)
    reason = tidy_reason(reason, limit=LONGEST_REASON)
    before = line.acknowledgements.order_by("id").first()
    if before is not None:
        return before
    said = Acknowledgement(promise=promise, way=AcknowledgementWay.WAIVED, reason=reason, by=by)
    return _keep(tab, line, said, now=now)


@transaction.atomic
def carry_over(
    *,
    tab_id: UUID,
    line_id: UUID,
    way: AcknowledgementWay,
    name: str,
    at: datetime,
    by: User,
    now: datetime,
) -> Acknowledgement:
    """Take over a yes to the same wording that the guest gave before the line was there.

    It keeps its way, name and moment; `by` is who put the line on the tab.

    :raises TabNotOpen, LineUnknown, LineVoid, NothingPromised: there is nothing to agree to.
    """
    tab, line, promise = _lock_promise(tab_id, line_id)
    said = Acknowledgement(promise=promise, way=way, name=name, by=by)
    return _keep(tab, line, said, now=now, at=at)


def _lock_promise(tab_id: UUID, line_id: UUID) -> tuple[Tab, Line, ItemPromise]:
    tab, line = lock_line(tab_id, line_id)
    if line.promise is None:
        raise NothingPromised(gettext_noop("There is nothing to agree to about this line."))
    return tab, line, line.promise


def _refuse_if_started(line: Line) -> None:
    if line.is_sent:
        raise LineSent(gettext_noop("This has started already."))


def _keep(
    tab: Tab, line: Line, said: Acknowledgement, *, now: datetime, at: datetime | None = None
) -> Acknowledgement:
    said.line, said.digest, said.at = line, said.promise.digest, at or now
    said.save()
    line.clear(now=now)
    is_waived = said.way == AcknowledgementWay.WAIVED
    history.record(
        tab_id=tab.id,
        kind="promise_waived" if is_waived else "acknowledged",
        at=now,
        by=said.by,
        actor="" if said.by else "guest",
        name=line.name,
        version=said.promise.number,
        digest=said.digest,
        way=said.way,
        signed=said.name,
        reason=said.reason,
    )
    venues.bump_board(tab.venue_id)
    return said
