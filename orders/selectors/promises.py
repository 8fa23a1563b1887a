"""What the services on a tab promised, and how and when the guest agreed to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from config.kernel.money import Money
from orders.models import Acknowledgement, ItemPromise, Line
from orders.rules.promises import AcknowledgementWay, points
from orders.templatetags.display import when_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One line's promise as pages, mails and calls tell it.

    `way` is empty until somebody has acknowledged it. `signed` is the name as the guest typed it,
    for staff only: nothing behind a card names the guest.
    """

    line_id: UUID
    name: str
    amount: Money
    version: int
    digest: str
    duration_minutes: int | None
    expected_result: str
    limits: str
    is_waiting: bool = False
    way: str = ""
    signed: str = ""
    reason: str = ""
    at: datetime | None = None

    @property
    def expected(self) -> tuple[str, ...]:
        return points(self.expected_result)

    @property
    def cannot(self) -> tuple[str, ...]:
        return points(self.limits)

    @property
    def is_agreed(self) -> bool:
        return self.way in {AcknowledgementWay.STAFF_SCREEN, AcknowledgementWay.OWN_PHONE}

    @property
    def how(self) -> str:
        """How and when it was acknowledged, in words that name nobody."""
        words = {
            AcknowledgementWay.OWN_PHONE: gettext("Agreed on the guest’s own phone, %(time)s"),
            AcknowledgementWay.STAFF_SCREEN: gettext("Agreed on our screen, %(time)s"),
            AcknowledgementWay.WAIVED: gettext("Begun without a signed yes, %(time)s: %(reason)s"),
        }
        return self._say(words)

    @property
    def how_signed(self) -> str:
        """The same for staff, with the name as the guest typed it."""
        words = {
            AcknowledgementWay.OWN_PHONE: gettext("%(name)s agreed on their own phone, %(time)s"),
            AcknowledgementWay.STAFF_SCREEN: gettext("%(name)s agreed on our screen, %(time)s"),
            AcknowledgementWay.WAIVED: gettext("Begun without a signed yes, %(time)s: %(reason)s"),
        }
        return self._say(words)

    def _say(self, words: Mapping[AcknowledgementWay, str]) -> str:
        if not self.way:
            return gettext("Nobody has agreed to this yet")
        facts = {
            "name": self.signed,
            "time": when_text(self.at, "moment"),
            "reason": self.reason,
        }
        return words[AcknowledgementWay(self.way)] % facts

    @property
    def is_waived(self) -> bool:
        return self.way == AcknowledgementWay.WAIVED


def list_promised(lines: Sequence[Line]) -> tuple[Promised, ...]:
    """The promises of standing lines, in their order: two statements, none where nothing is."""
    promising = [line for line in lines if line.promise_id is not None and not line.is_void]
    if not promising:
        return ()
    promises = ItemPromise.objects.in_bulk({line.promise_id for line in promising})
    said = _said(promising)
    return tuple(
        _promised(line, promises[line.promise_id], said.get(line.id))
        for line in promising
        if line.promise_id is not None
    )


def waiting(promised: Iterable[Promised]) -> tuple[Promised, ...]:
    """Those that cannot start yet."""
    return tuple(each for each in promised if each.is_waiting)


def _said(lines: Sequence[Line]) -> dict[UUID, Acknowledgement]:
    """What stands about each line; a yes goes before the reason it was not waited for."""
    rows = Acknowledgement.objects.filter(line__in=[line.pk for line in lines])
    found: dict[UUID, Acknowledgement] = {}
    for row in rows.order_by("id"):
        before = found.get(row.line_id)
        if before is None or before.way == AcknowledgementWay.WAIVED:
            found[row.line_id] = row
    return found


def _promised(line: Line, promise: ItemPromise, said: Acknowledgement | None) -> Promised:
    return Promised(
        line_id=line.id,
        name=line.name,
        amount=line.amount,
        version=promise.number,
        digest=promise.digest,
        duration_minutes=promise.duration_minutes,
        expected_result=promise.expected_result,
        limits=promise.limits,
        is_waiting=line.waits_for_yes,
        way=said.way if said else "",
        signed=said.name if said else "",
        reason=said.reason if said else "",
        at=said.at if said else None,
    )
