"""Bringing a whole catalogue in: all of a file or nothing of it, and twice is the same as once."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import CatalogueUpload, User, Venue
from orders.rules.catalogue_files import read_sheet
from orders.rules.texts import tidy
from orders.selectors import catalogue_plans
from orders.selectors.catalogue_plans import KEPT, Plan
from orders.services import catalogue_writing
from orders.services.catalogue_writing import Tell

logger = logging.getLogger(__name__)
LONGEST_NAME: Final = 120


class RowsUnusable(DomainError):
    """Some rows cannot be used, and nobody said to leave them out."""

    code = "rows_unusable"


class MenuChanged(DomainError):
    """Importing would do something else now than what was shown."""

    code = "menu_changed"


class UploadGone(DomainError):
    """Files that were looked at and not imported are not kept for long."""

    code = "upload_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to, in numbers of rows."""

    created: int
    changed: int
    same: int
    skipped: int
    left_out: int


def say_nothing(_done: int, _of: int) -> None:
    """For callers that do not show progress."""


def keep_upload(
    *, venue: Venue, by: User, file_name: str, data: bytes, now: datetime
) -> CatalogueUpload:
    """Keep a file until somebody has looked at what it would change.

    :raises FileUnreadable: there is nothing in it to import.
    """
    read_sheet(data, venue.currency)
    name = tidy(PurePath(file_name.replace("\\", "/")).name[-LONGEST_NAME:], limit=LONGEST_NAME)
    return CatalogueUpload.objects.create(
        venue=venue, by=by, file_name=name, content=data, created_at=now
    )


@transaction.atomic
def import_upload(
    *, upload_id: UUID, venue: Venue, by: User, skip_bad: bool, shown: str, now: datetime
) -> CatalogueUpload:
    """Import what was shown. Asked again, the first answer stands.

    :raises UploadGone: it was not kept for so long.
    :raises MenuChanged: it would do something else now than what was `shown`.
    :raises RowsUnusable: some rows cannot be used and `skip_bad` was not chosen.
    """
    upload = CatalogueUpload.objects.select_for_update().filter(id=upload_id, venue=venue).first()
    if upload is None or upload.created_at <= now - KEPT:
        raise UploadGone(gettext_noop("This file was not kept that long. Choose it again."))
    if upload.is_applied:
        return upload
    _take_turns(venue)
    plan = catalogue_plans.get_plan(venue=venue, data=bytes(upload.content))
    if plan.fingerprint != shown:
        raise MenuChanged(gettext_noop("The menu was changed meanwhile. Look at this again."))
    upload.outcome = asdict(
        _carry_out(venue, plan, skip_bad=skip_bad, by=by, now=now, tell=say_nothing)
    )
    upload.applied_at = now
    upload.save(update_fields=["outcome", "applied_at"])
    logger.info("User %s imported %s at %s: %s", by.pk, upload.pk, venue.slug, upload.outcome)
    return upload


@transaction.atomic
def import_file(
    *, venue: Venue, data: bytes, skip_bad: bool, now: datetime, tell: Tell
) -> Imported:
    """Import a file at once; `tell` hears how many rows of how many are written.

    :raises FileUnreadable: there is nothing in it to import.
    :raises MenuChanged: somebody else was changing the menu at the same moment.
    :raises RowsUnusable: some rows cannot be used and `skip_bad` was not chosen.
    """
    _take_turns(venue)
    plan = catalogue_plans.get_plan(venue=venue, data=data)
    return _carry_out(venue, plan, skip_bad=skip_bad, by=None, now=now, tell=tell)


def purge(*, now: datetime) -> int:
    """Forget files after a day; how many they were."""
    old = CatalogueUpload.objects.filter(created_at__lte=now - KEPT)
    return old.delete()[0]


def _take_turns(venue: Venue) -> None:
    """Let one import at a time change a menu; selling goes on meanwhile."""
    list(venue.categories.select_for_update(no_key=True).order_by("id").values_list("id"))


def _carry_out(
    venue: Venue, plan: Plan, *, skip_bad: bool, by: User | None, now: datetime, tell: Tell
) -> Imported:
    if plan.problems and not skip_bad:
        raise RowsUnusable(
            gettext_noop("Nothing was changed. Rows that cannot be used: %(count)s."),
            count=plan.bad_rows,
        )
    try:
        with transaction.atomic():
            catalogue_writing.write(venue=venue, plan=plan, by=by, now=now, tell=tell)
    except IntegrityError as error:
        raise MenuChanged(
            gettext_noop("Somebody else was changing the menu at the same moment. Try again.")
        ) from error
    return Imported(
        created=len(plan.new),
        changed=len(plan.changed),
        same=plan.same,
        skipped=plan.bad_rows,
        left_out=plan.sheet.left_out,
    )
