"""What a mail provider reports afterwards: a mail that came back, or one that was not wanted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from orders.models import Message
from orders.rules.mail_stops import StopReason
from orders.rules.messages import MessageState
from orders.rules.texts import tidy
from orders.services import history, mail_stops

logger = logging.getLogger(__name__)
LONGEST_DETAIL: Final = 260
# The provider's words, as django-anymail has them; whatever else it reports changes nothing.
REASONS: Final[Mapping[str, StopReason]] = {
    "bounced": StopReason.BOUNCED,
    "rejected": StopReason.BOUNCED,
    "complained": StopReason.COMPLAINED,
    "unsubscribed": StopReason.UNSUBSCRIBED,
}


@transaction.atomic
def take(*, kind: str, message_key: str, detail: str, now: datetime) -> bool:
    """Stop mail to an address that the provider reports on; whether that is news.

    A report says which mail it is about by the key that left with it; one without it says nothing.
    """
    reason = REASONS.get(kind)
    message = _find(message_key)
    if reason is None or message is None:
        logger.info("A report of a mail was not needed: %s", kind)
        return False
    said = tidy(detail[:LONGEST_DETAIL], limit=LONGEST_DETAIL)
    if reason == StopReason.BOUNCED:
        came_back = Message.objects.filter(id=message.id, state=MessageState.SENT)
        came_back.update(state=MessageState.FAILED, result=f"came back: {said}")
    is_new = mail_stops.stop(
        venue=message.venue, email=message.to, reason=reason, detail=said, now=now
    )
    if is_new and message.tab_id is not None:
        history.record(tab_id=message.tab_id, kind=f"mail_{reason}", at=now, actor="mail")
    return is_new


def _find(key: str) -> Message | None:
    try:
        return Message.objects.select_related("venue").filter(id=UUID(key)).first()
    except ValueError:
        return None
