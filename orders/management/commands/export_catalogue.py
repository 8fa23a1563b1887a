"""Write a menu to a file that can be imported again, here or into Square."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orders.models import Venue
from orders.rules.catalogue_files import FileKind
from orders.selectors import catalogue_export


class Command(BaseCommand):
    help = "Write a venue's catalogue as CSV to the standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="The venue's short name, as in its address: larkspur")
        parser.add_argument("--kind", type=FileKind, choices=list(FileKind), default=FileKind.PLAIN)

    def handle(self, **options: Any) -> None:
        venue = Venue.objects.filter(slug=options["venue"]).first()
        if venue is None:
            raise CommandError(_("There is no venue “%(name)s”.") % {"name": options["venue"]})
        for line in catalogue_export.stream_catalogue(venue=venue, kind=options["kind"]):
            self.stdout.write(line, ending="")
