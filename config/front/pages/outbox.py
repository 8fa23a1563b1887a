"""The mails of a person's venues, for the development page that shows them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from orders.models import Message, User, Venue


def list_mails(*, user: User) -> QuerySet[Message]:
    """Every mail of every venue this person works at, the newest first."""
    places = Venue.objects.visible_to(user)
    mails = Message.objects.filter(venue__in=places).select_related("venue", "tab")
    return mails.order_by("-created_at", "-id")


def find_mail(*, user: User, message_id: UUID) -> Message | None:
    return list_mails(user=user).filter(id=message_id).first()
