"""A venue's disputes, as its pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext

from orders.models import User, Venue
from orders.selectors import tabs
from payments.models import Dispute, DisputeEvidence
from payments.rules.dispute_states import DisputeState
from payments.rules.dispute_words import STATES, reason_of

# The recipe of a badge that colours each end; what goes on is simply disputed.
COLOURS: Final = {
    DisputeState.WON: "paid",
    DisputeState.LOST: "overdue",
    DisputeState.PREVENTED: "written-off",
    DisputeState.INQUIRY_CLOSED: "written-off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDispute:
    """A dispute in words. `evidence` is what was handed in and not refused."""

    dispute: Dispute
    words: str
    colour: str
    reason: str
    is_answerable: bool
    evidence: DisputeEvidence | None

    @property
    def wants_answer(self) -> bool:
        """Something has to be done by somebody here."""
        return self.is_answerable and self.evidence is None


def list_of_venue(venue: Venue) -> QuerySet[Dispute]:
    """Every dispute of a venue, what waits for an answer first."""
    rows = Dispute.objects.filter(tab__venue=venue)
    return _complete(rows).order_by(
        F("closed_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "-opened_at"
    )


def of_tab(tab_id: UUID) -> QuerySet[Dispute]:
    """Those of a tab, and of tabs that were merged into it."""
    here = Dispute.objects.filter(tab_id__in=tabs.together(tab_id))
    return _complete(here).order_by("opened_at")


def find(*, venue: Venue, dispute_id: UUID) -> Dispute | None:
    """A dispute of this venue with all that its evidence is made of."""
    return _complete(Dispute.objects.filter(tab__venue=venue, id=dispute_id)).first()


def find_visible(*, user: User, dispute_id: UUID) -> Dispute | None:
    """A dispute at any place where this person works."""
    places = Venue.objects.visible_to(user)
    return Dispute.objects.filter(id=dispute_id, tab__venue__in=places).first()


def show(disputes: Iterable[Dispute], *, now: datetime) -> tuple[ShownDispute, ...]:
    """In words, without another statement."""
    return tuple(_shown(dispute, now=now) for dispute in disputes)


def _shown(dispute: Dispute, *, now: datetime) -> ShownDispute:
    state = DisputeState(dispute.state)
    standing = [each for each in dispute.evidence.all() if not each.refused]
    return ShownDispute(
        dispute=dispute,
        words=gettext(STATES[state]),
        colour=COLOURS.get(state, "disputed"),
        reason=gettext(reason_of(dispute.reason)),
        is_answerable=dispute.is_answerable(now),
        evidence=standing[0] if standing else None,
    )


def _complete(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    evidence = DisputeEvidence.objects.select_related("submitted_by")
    return rows.select_related(
        "tab__venue", "tab__customer", "payment__attempt", "payment__receipt"
    ).prefetch_related(Prefetch("evidence", queryset=evidence))
