"""What a guest is told about the card on file: what happened, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from payments.models import CardConsent
from payments.rules.consent_states import ConsentState
from payments.web.words import Notice

DONE: Final[Mapping[str, tuple[str, str]]] = {
    "taken-back": (
        _("Your card is no longer on file"),
        _("Nothing is charged to it any more. You can pay with the link, as ever."),
    ),
    "not-this-time": (
        _("Not this time, then"),
        _("Nothing is charged for this tab. Pay it with the link or at the counter."),
    ),
}
CONSENTS: Final[Mapping[str, tuple[str, str, str]]] = {
    ConsentState.ACTIVE: (
        _("Your card is on file"),
        _("You don’t need to do anything. We tell you before anything is charged."),
        "good",
    ),
    ConsentState.PAGE_OPEN: (
        _("No card was kept yet"),
        _("Nothing was charged. If you still like to, agree once more below."),
        "info",
    ),
    ConsentState.FAILED: (
        _("No card was kept"),
        _("Nothing was charged. You can try again, or just pay with the link."),
        "warn",
    ),
}


def of_consent(consent: CardConsent, *, is_sure: bool) -> Notice:
    """Whether the card is kept. Unsure, neither is said."""
    if not is_sure:
        return Notice(
            title=gettext("We’re checking with your bank"),
            text=gettext("Look at this page again in a minute. Nothing was charged."),
            tone="info",
        )
    known = CONSENTS.get(consent.state)
    if known is None:
        title, text = DONE["taken-back"]
        return Notice(title=gettext(title), text=gettext(text), tone="info")
    title, text, tone = known
    return Notice(title=gettext(title), text=gettext(text), tone=tone)


def of_done(done: str) -> Notice | None:
    """What was just pressed, as the address says."""
    if done not in DONE:
        return None
    title, text = DONE[done]
    return Notice(title=gettext(title), text=gettext(text), tone="good")


def being_charged() -> Notice:
    """Too late to say no."""
    return Notice(
        title=gettext("Your card is being charged right now"),
        text=gettext("This can no longer be stopped. The receipt comes in a moment."),
        tone="info",
    )
