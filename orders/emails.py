"""What every mail is made of, and the mails orders writes. The outbox sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from orders.models import Invitation, Venue
from orders.rules import colours
from orders.rules.mail_words import flat, tidy
from orders.rules.roles import NAMES, Role
from orders.selectors.languages import language_of
from orders.templatetags.display import tint

INVITATION: Final = "emails/orders/invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A rendered mail. `[link]` in it becomes the reader's own link when it leaves."""

    subject: str
    text: str
    html: str


def invitation(invitation: Invitation) -> Mail:
    """Come and work with us: who asks, as what, one button, until when."""
    with at_home_in(invitation.venue):
        context = {
            "invitation": invitation,
            "first_name": flat(invitation.name).partition(" ")[0],
            "inviter": flat(str(invitation.invited_by)),
            "role": gettext(NAMES[Role(invitation.role)]),
        }
        return render(INVITATION, invitation.venue, context)


def render(path: str, venue: Venue, context: Mapping[str, Any], *, token_code: str = "") -> Mail:
    """A mail in the look of a venue, and of a token, from the three templates of this name."""
    context = {
        **context,
        "venue": venue,
        "venue_name": flat(venue.name),
        "host": urlsplit(settings.PUBLIC_URL).hostname,
        "look": _look(venue, token_code),
        "language": translation.get_language(),
    }
    context["subject"] = subject = flat(render_to_string(f"{path}.subject.txt", context))
    return Mail(
        subject=subject,
        text=tidy(render_to_string(f"{path}.txt", context).splitlines()),
        html=css_inline.inline(
            render_to_string(f"{path}.html", context),
            keep_at_rules=True,
            load_remote_stylesheets=False,
        ),
    )


@contextmanager
def at_home_in(venue: Venue, *, language: str = "") -> Iterator[None]:
    """The venue's own time and, where we speak it, its language; or another one, to try it."""
    with (
        timezone.override(venue.zone),
        translation.override(language or language_of(venue)),
    ):
        yield


def _look(venue: Venue, token_code: str) -> dict[str, Any]:
    """The colours of this venue and this token, for programs that know hexadecimal only."""
    colour = venue.brand_hue, venue.brand_chroma_permille
    return {
        "brand": colours.brand_of(*colour),
        "brand_by_night": colours.brand_by_night(*colour),
        "paper": colours.paper_of(tint(token_code)) if token_code else None,
        "word": token_code.rpartition("-")[0],
        "number": token_code.rpartition("-")[2],
    }
