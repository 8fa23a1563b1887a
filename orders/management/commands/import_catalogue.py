"""Bring a menu in from a file, with every row that cannot be used and why."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.kernel import clock
from config.kernel.errors import DomainError
from config.kernel.http import translated
from orders.models import Venue
from orders.selectors import catalogue_plans
from orders.selectors.catalogue_plans import Plan
from orders.services import catalogue_import


class Command(BaseCommand):
    help = "Import a catalogue from Square's item library or a plain CSV (category,name,price,…)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="The venue's short name, as in its address: larkspur")
        parser.add_argument("file", type=Path)
        parser.add_argument("--skip-bad", action="store_true", help="Leave out rows with mistakes")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, only")

    def handle(self, **options: Any) -> None:
        venue = Venue.objects.filter(slug=options["venue"]).first()
        if venue is None:
            raise CommandError(_("There is no venue “%(name)s”.") % {"name": options["venue"]})
        try:
            data = options["file"].read_bytes()
            plan = catalogue_plans.get_plan(venue=venue, data=data)
            self._show(plan)
            if not options["dry_run"]:
                self._import(venue, data, skip_bad=options["skip_bad"])
        except OSError as error:
            raise CommandError(str(error)) from error
        except DomainError as refusal:
            raise CommandError(translated(refusal)) from refusal

    def _show(self, plan: Plan) -> None:
        sheet = plan.sheet
        self.stdout.write(f"{sheet.kind}, {sheet.encoding}")
        if sheet.unread:
            self.stdout.write(_("Columns not read: %(names)s") % {"names": ", ".join(sheet.unread)})
        for problem in plan.problems:
            place = f"{problem.line}: {problem.column}" if problem.column else f"{problem.line}"
            self.stderr.write(f"{place}: {translated(problem.why)}")
        for title, names in (
            (_("New sections"), plan.new_categories),
            (_("New taxes"), [f"{name} {rate:f} %" for name, rate in plan.new_taxes]),
            (_("New groups of choices, to be filled by hand"), plan.new_groups),
        ):
            if names:
                self.stdout.write(f"{title}: {', '.join(names)}")
        self.stdout.write(
            _("New %(new)s, changed %(changed)s, the same %(same)s, bad %(bad)s, left out %(out)s")
            % {
                "new": len(plan.new),
                "changed": len(plan.changed),
                "same": plan.same,
                "bad": plan.bad_rows,
                "out": sheet.left_out,
            }
        )

    def _import(self, venue: Venue, data: bytes, *, skip_bad: bool) -> None:
        done = catalogue_import.import_file(
            venue=venue, data=data, skip_bad=skip_bad, now=clock.now(), tell=self._tell
        )
        said = _("Done: %(new)s new, %(changed)s changed.")
        self.stdout.write(said % {"new": done.created, "changed": done.changed})

    def _tell(self, done: int, of: int) -> None:
        self.stdout.write(_("%(done)s of %(of)s") % {"done": f"{done:,}", "of": f"{of:,}"})
