"""Demo data for a new installation: three places, their people, and a day of tabs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import F

from config.kernel import clock
from config.kernel.tokens import new_short_key
from orders.models import Membership, Message, Venue
from orders.rules.messages import MessageState
from orders.rules.roles import Role
from orders.selectors import memberships
from orders.services import api_keys
from payments.management.demo.elsewhere import AT_NORTHFOLD, AT_ODILE
from payments.management.demo.larkspur import AT_LARKSPUR
from payments.management.demo.places import PLACES, Place, Shop, open_place
from payments.management.demo.telling import live_through

OPENED_BEFORE: Final = timedelta(days=60)
OWNER_ONLY: Final = 0o600
STORIES: Final = {"larkspur": AT_LARKSPUR, "odile": AT_ODILE, "northfold": AT_NORTHFOLD}


class Command(BaseCommand):
    help = "Make the demo places once. Does nothing where there is a venue already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing")
        parser.add_argument(
            "--out", type=Path, help="where logins and the API key go; default demo.json in var/"
        )

    def handle(self, *_args: Any, quiet: bool, out: Path | None, **_options: Any) -> None:
        if Venue.objects.exists():
            self._say("There are venues already; nothing was made.", quiet=quiet)
            return
        password = "-".join(new_short_key(4) for _ in range(3))
        path = out or Path(settings.VAR_DIR) / "demo.json"
        with transaction.atomic():
            api_key = _make(PLACES, password=password, now=clock.now())
            # Written before the commit: demo data that nobody can sign in to would help nobody.
            _write(path, {"logins": _logins(PLACES, password), "api_key": api_key})
        self._say(f"The demo places are open; who may sign in stands in {path}.", quiet=quiet)

    def _say(self, sentence: str, *, quiet: bool) -> None:
        if not quiet:
            self.stdout.write(sentence)


def _make(places: Sequence[Place], *, password: str, now: datetime) -> str:
    """Open the places and let their stories happen; the secret of an API key for the first one."""
    shops: list[Shop] = []
    for place in places:
        shop = open_place(place, password=password, now=now - OPENED_BEFORE)
        live_through(shop, STORIES[place.slug], now=now)
        shops.append(shop)
    # Nobody lives at these addresses: the outbox shows the mails as sent, and none ever leaves.
    Message.objects.update(
        state=MessageState.SENT, sent_at=F("created_at"), result="demo data, not sent"
    )
    _key, secret = api_keys.issue(membership=_owner(shops[0]), name="Demo", now=now)
    return secret


def _owner(shop: Shop) -> Membership:
    owner = memberships.find(user=shop.people[Role.OWNER], venue_slug=shop.venue.slug)
    assert owner is not None
    return owner


def _logins(places: Sequence[Place], password: str) -> list[dict[str, str]]:
    return [
        {"venue": place.name, "role": role.value, "email": email, "password": password}
        for place in places
        for role, (_name, email) in place.people.items()
    ]


def _write(path: Path, content: object) -> None:
    """Keep it where only the owner of the installation can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
