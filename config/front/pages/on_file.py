"""What staff read of a tab that settles itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, gettext_noop

from config.kernel.written_money import money_text
from orders.models import Tab
from orders.templatetags.display import when_text
from payments.models import AutoSettlement
from payments.rules.auto_settlement import AutoState, Why
from payments.selectors import card_on_file

WHY: Final[Mapping[str, str]] = {
    Why.DECLINED: gettext_noop("The card was declined. The guest was sent the link."),
    Why.BANK_ASKS: gettext_noop("The bank wants the guest to confirm. They were sent the link."),
    Why.TOO_SMALL: gettext_noop("It is too little for a card. The guest was sent the link."),
    Why.REFUSED: gettext_noop("Stripe refused the charge. The guest was sent the link."),
    Why.NOBODY_KNOWS: gettext_noop("Nobody could say whether it was charged. Look at Stripe."),
    Why.NOT_THIS_TIME: gettext_noop("The guest said: not this time."),
    Why.WITHDRAWN: gettext_noop("The agreement ended before it was due."),
    Why.STOPPED: gettext_noop("Stopped here. The guest was sent the link."),
    Why.NOT_COVERED: gettext_noop(
        "The agreement does not cover this. The guest was sent the link."
    ),
    Why.NOTICE_NOT_SENT: gettext_noop("The notice did not reach the guest, so nothing is charged."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """One sentence about the card, its tone, and whether it may still be stopped."""

    title: str
    text: str
    tone: str
    may_stop: bool


def get_on_file(tab: Tab) -> OnFile | None:
    """None where no card has anything to do with the tab."""
    row = card_on_file.find_settlement(tab)
    if row is None:
        return None
    if row.is_waiting:
        return OnFile(title=_when(row), text=_whose(row), tone="info", may_stop=True)
    if row.state == AutoState.CHARGING:
        title = gettext("The card on file is being charged right now")
        return OnFile(title=title, text=_whose(row), tone="info", may_stop=False)
    if row.why not in WHY:
        return None
    title = gettext("The card on file does not settle this")
    tone = "warn" if row.state == AutoState.NEEDS_CUSTOMER else "info"
    return OnFile(title=title, text=gettext(WHY[row.why]), tone=tone, may_stop=False)


def _when(row: AutoSettlement) -> str:
    return gettext("Card on file: settles on %(date)s") % {"date": when_text(row.charge_at)}


def _whose(row: AutoSettlement) -> str:
    said = gettext("Card ending %(last4)s, %(cap)s at most, as the guest agreed.")
    return said % {"last4": row.consent.card_last4, "cap": money_text(row.consent.cap)}
