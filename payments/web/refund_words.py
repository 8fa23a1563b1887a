"""What a guest is told of money that goes back: where it is, and what to do, if anything."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from config.kernel.written_money import money_text
from orders.templatetags.display import when_text
from payments.rules.refund_states import RefundState
from payments.selectors.balances import Standing
from payments.selectors.payments import GivenBack
from payments.web.words import Notice


def of_money_back(refunds: Sequence[GivenBack], standing: Standing) -> tuple[Notice, ...]:
    """Where everything is that goes back, or should; nothing where nothing does."""
    told = [_of_refund(refund) for refund in refunds if not _is_made_up_for(refund, refunds)]
    is_asked = any(refund.state == RefundState.REQUESTED for refund in refunds)
    if standing.is_overpaid and not is_asked:
        told.append(_of_excess(standing))
    return tuple(told)


def _is_made_up_for(refund: GivenBack, refunds: Sequence[GivenBack]) -> bool:
    """Whether it failed, and another of the same payment was made after it."""
    later = [each for each in refunds if each.payment_id == refund.payment_id]
    return not refund.counts and later[-1] != refund


def _of_refund(refund: GivenBack) -> Notice:
    amount = {"amount": money_text(refund.whole)}
    if not refund.counts:
        return Notice(
            title=gettext("%(amount)s could not go back to the card") % amount,
            text=gettext("The card’s bank did not take it. It is still yours: speak to us."),
        )
    if refund.state == RefundState.SUCCEEDED:
        date = {"date": when_text(refund.at, "full")}
        text = gettext("Since %(date)s. Banks take up to 10 days to show it.") % date
        return Notice(
            title=gettext("%(amount)s went back to the card") % amount,
            text=_with_reason(refund, text),
            tone="info",
        )
    text = gettext("Banks take up to 10 days to show it. You don’t need to do anything.")
    return Notice(
        title=gettext("%(amount)s is on its way back to the card") % amount,
        text=_with_reason(refund, text),
        tone="info",
    )


def _of_excess(standing: Standing) -> Notice:
    amount = {"amount": money_text(standing.overpaid)}
    return Notice(
        title=gettext("%(amount)s more than the tab came in") % amount,
        text=gettext(
            "Two payments crossed. It is on our books as yours, and we give it back; a mail will "
            "tell the payer when it leaves."
        ),
        tone="info",
    )


def _with_reason(refund: GivenBack, text: str) -> str:
    reason = refund.reason.rstrip(". ")
    return f"{reason}. {text}" if reason else text
