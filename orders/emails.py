"""The mails orders writes: an invitation to work at a venue. The outbox sends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from orders.rules.roles import NAMES, Role

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
            "first_name": _flat(invitation.name).partition(" ")[0],
            "inviter": _flat(str(invitation.invited_by)),
            "role": gettext(NAMES[Role(invitation.role)]),
        }
        return render(INVITATION, invitation.venue, context)


def render(path: str, venue: Venue, context: Mapping[str, Any]) -> Mail:
    """A mail of a venue to its own people, from the three templates of this name."""
    colour = venue.brand_hue, venue.brand_chroma_permille
    context = {
        **context,
        "venue": venue,
        "venue_name": _flat(venue.name),
        "host": urlsplit(settings.PUBLIC_URL).hostname,
        "look": {
            "brand": colours.brand_of(*colour),
            "brand_by_night": colours.brand_by_night(*colour),
            "paper": None,
        },
        "language": translation.get_language(),
    }
    context["subject"] = subject = _flat(render_to_string(f"{path}.subject.txt", context))
    return Mail(
        subject=subject,
        text=_tidy(render_to_string(f"{path}.txt", context).splitlines()),
        html=css_inline.inline(
            render_to_string(f"{path}.html", context),
            keep_at_rules=True,
            load_remote_stylesheets=False,
        ),
    )


@contextmanager
def at_home_in(venue: Venue) -> Iterator[None]:
    """The venue's own time and, where we speak it, its language."""
    with timezone.override(venue.zone), translation.override(_language_of(venue)):
        yield


def _language_of(venue: Venue) -> str:
    try:
        return translation.get_supported_language_variant(venue.locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def _flat(text: str) -> str:
    """One line: a line break in a name must not look like a line of ours."""
    return " ".join(text.split())


def _tidy(lines: Iterable[str]) -> str:
    """Plain text without the gaps that template tags leave: one blank line at most."""
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"
