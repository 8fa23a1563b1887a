"""What a guest is told: what happened, what happened to the money, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from config.kernel.errors import DomainError
from config.kernel.http import translated
from config.kernel.money import Money
from config.kernel.written_money import money_text
from orders.models import Tab
from orders.rules.tab_states import TabStatus
from payments.models import CheckoutAttempt
from payments.rules.attempt_states import AttemptState
from payments.services.checkout import AmountChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice on a page. `tone` is one of the alert component's."""

    title: str
    text: str
    tone: str = "warn"


TITLES: Final[Mapping[str, str]] = {
    "nothing_left_to_pay": _("Somebody else is paying right now"),
    "nothing_chosen": _("Which of these are yours?"),
    "line_taken": _("One of these is taken"),
    "part_too_large": _("That is more than what is left"),
    "part_too_small": _("That is too little for a card"),
    "rest_too_small": _("That would leave too little for a card"),
    "tip_too_large": _("That is more than a card can pay at once"),
    "gateway_away": _("We can’t reach the payment page"),
    "card_on_file_not_offered": _("A card cannot be kept for this tab"),
    "card_kept_already": _("There is a card on file already"),
    "words_changed": _("Please read it once more"),
    "card_payments_off": _("Card payments do not work here right now"),
    "purchase_order_given": _("There is a purchase order number already"),
    "not_owing": _("This tab is not waiting for a payment"),
}
# Where an attempt without money stands: heading, what it means, and for the money in particular.
ATTEMPTS: Final[Mapping[str, tuple[str, str]]] = {
    AttemptState.PREPARED: (
        _("We’re checking with your bank"),
        _("This page updates by itself. Please don’t pay again meanwhile."),
    ),
    AttemptState.OPEN: (
        _("This payment is not finished yet"),
        _("Nothing was charged so far. Your payment page is still open: go on there, or go back."),
    ),
    AttemptState.PROCESSING: (
        _("Your payment is on its way"),
        _("Your bank has it and may take some days. You don’t need to do anything more."),
    ),
    AttemptState.EXPIRED: (
        _("The payment page has run out"),
        _("Nothing was charged. Your tab is still here: you can pay it with a fresh page."),
    ),
    AttemptState.SUPERSEDED: (
        _("This payment page was closed"),
        _("The amount changed, or a newer page was opened. Nothing was charged on this one."),
    ),
    AttemptState.FAILED: (
        _("The bank said no"),
        _("Nothing was charged. Try another card, or pay at the counter."),
    ),
    AttemptState.REFUSED: (
        _("The payment page could not be opened"),
        _("Nothing was charged. Try again, or pay at the counter."),
    ),
}
TABS: Final[Mapping[str, tuple[str, str]]] = {
    TabStatus.OPEN: (
        _("Nothing to pay right now"),
        _("Your tab is open and can still change. We’ll email you a link when it is closed."),
    ),
    TabStatus.VOID: (
        _("There is nothing to pay"),
        _("This tab was called off. Nothing was charged for it, and nothing is asked of you."),
    ),
    TabStatus.WRITTEN_OFF: (
        _("You are not asked to pay this any more"),
        _("We have closed it on our side. To pay it after all, speak to us at the counter."),
    ),
}


def of_refusal(refusal: DomainError) -> Notice:
    """Why something asked for was not done."""
    if isinstance(refusal, AmountChanged):
        return amount_is_now(refusal.amount)
    title = TITLES.get(refusal.code, _("That did not work"))
    return Notice(title=gettext(title), text=translated(refusal))


def no_page() -> Notice:
    """The card page's keeper did not do what was asked."""
    return Notice(
        title=gettext(TITLES["gateway_away"]),
        text=gettext("Nothing was charged. Please try again, or pay at the counter."),
    )


def cards_off() -> Notice:
    """Before anybody presses Pay in vain."""
    return Notice(
        title=gettext(TITLES["card_payments_off"]),
        text=gettext("Please pay at the counter, or come back to this link later."),
    )


def amount_is_now(amount: Money) -> Notice:
    """The button showed another sum than the one that would be charged."""
    return Notice(
        title=gettext("The total is now %(amount)s") % {"amount": money_text(amount)},
        text=gettext("Nothing was charged. Check the total, then press Pay again."),
    )


def of_attempt(attempt: CheckoutAttempt, *, is_sure: bool) -> Notice:
    """Where a payment stands. Unsure, it is never called failed."""
    state = AttemptState(attempt.state) if is_sure else AttemptState.PREPARED
    title, text = ATTEMPTS[state]
    if state == AttemptState.OPEN and attempt.last_decline:
        title = _("The card said no")
        text = _("Nothing was charged. Try another card on the payment page, or go back.")
    return Notice(title=gettext(title), text=gettext(text))


def of_leaving(attempt: CheckoutAttempt) -> Notice | None:
    """For somebody who came back from a payment page without paying."""
    if attempt.state == AttemptState.PROCESSING or attempt.is_paid:
        return None
    if attempt.last_decline:
        return Notice(
            title=gettext("The card said no"),
            text=gettext("Nothing was charged. Try another card, or pay at the counter."),
        )
    return Notice(
        title=gettext("You’re back, and nothing was charged"),
        text=gettext("Pay whenever you like; the amount below is up to date."),
        tone="info",
    )


def of_ended_page(attempt: CheckoutAttempt) -> Notice | None:
    """For somebody who came back from a payment page to a tab that can be paid no more."""
    if attempt.is_reserving or attempt.is_paid:
        return None
    return Notice(
        title=gettext("Your payment page was closed, and nothing was charged"),
        text=gettext("The bill changed while it was open."),
        tone="info",
    )


def of_tab(tab: Tab) -> Notice:
    """Why a tab cannot be paid here now."""
    title, text = TABS[tab.status]
    return Notice(title=gettext(title), text=gettext(text))
