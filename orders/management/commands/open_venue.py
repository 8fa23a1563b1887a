"""The first venue of an installation, and its owner: before them nobody can sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import translated
from orders.models import Venue
from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.services import people, venues


class Command(BaseCommand):
    help = "Opens a venue with the terms usual for its kind, and lets its owner in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="how its addresses call it, larkspur-coffee for example")
        parser.add_argument("--name", required=True, help="what guests read")
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in VenueKind])
        parser.add_argument("--currency", required=True, help="EUR, for example")
        parser.add_argument("--time-zone", required=True, help="Europe/Dublin, for example")
        parser.add_argument("--owner", required=True, help="an email address")
        parser.add_argument("--owner-name", required=True)

    def handle(self, *_args: str, **options: Any) -> None:
        if Venue.objects.filter(slug=options["slug"]).exists():
            raise CommandError(f"There is a venue called {options['slug']} already.")
        try:
            _open(options)
        except DomainError as refusal:
            raise CommandError(translated(refusal)) from refusal
        print(f"{options['name']} is open at /v/{options['slug']}/.")
        print(f"{options['owner']} chooses a password with “Forgot your password?”.")


@transaction.atomic
def _open(options: dict[str, Any]) -> None:
    now = clock.now()
    venue = venues.open_venue(
        name=options["name"],
        slug=options["slug"],
        kind=VenueKind(options["kind"]),
        currency=options["currency"],
        time_zone=options["time_zone"],
        now=now,
    )
    people.invite(
        venue=venue, name=options["owner_name"], email=options["owner"], role=Role.OWNER, now=now
    )
