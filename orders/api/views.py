"""Calls about one venue's own things: the venue, what it sells, and its guests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.kernel import clock
from config.kernel.api import keys
from config.kernel.api.fields import cleaned
from config.kernel.api.paging import Pages, filters_of
from config.kernel.api.schema import LIST_PARAMETERS, reads, writes
from config.kernel.api.scope import find_member, members_of
from config.kernel.idempotency import Answer
from orders.api import serializers as shapes_in
from orders.api import shapes
from orders.models import Customer, Membership, Tab, TermsVersion, Venue
from orders.rules.tab_states import TabStatus
from orders.selectors import catalogue as menus
from orders.selectors import customers as people
from orders.services import customers, repeats


class Venues(APIView):
    """The venues the caller works at."""

    @reads(
        shapes_in.VenuePage,
        tag="Venues",
        name="list_venues",
        summary="List venues",
        parameters=LIST_PARAMETERS,
    )
    def get(self, request: Request) -> Response:
        cleaned(shapes_in.VenueFilters(data=filters_of(request.query_params)))
        pages = Pages(request, "name", "id")
        mine = {member.venue_id: member for member in members_of(request)}
        found = pages.page(Venue.objects.filter(id__in=mine))
        terms = _terms_of(venue.id for venue in found)
        return Response(
            pages.envelope([shapes.venue(mine[venue.id], terms[venue.id]) for venue in found])
        )


class Catalogue(APIView):
    """What a venue sells, sold-out things included unless they are filtered out."""

    @reads(
        shapes_in.CataloguePage,
        tag="Catalogue",
        name="list_catalogue",
        summary="List what is on sale",
        parameters=[shapes_in.CatalogueFilters, *LIST_PARAMETERS],
    )
    def get(self, request: Request) -> Response:
        asked = cleaned(shapes_in.CatalogueFilters(data=filters_of(request.query_params)))
        member: Membership = find_member(members_of(request), asked.get("venue"))
        items = menus.list_items(venue=member.venue)
        if "available" in asked:
            items = items.filter(is_available=asked["available"] == "true")
        pages = Pages(request, "name", "id")
        found = pages.page(items)
        return Response(
            pages.envelope(
                [shapes.item(menus.menu_item(item, member.venue.currency)) for item in found]
            )
        )


class Customers(APIView):
    """People on file at a venue."""

    @reads(
        shapes_in.CustomerPage,
        tag="Customers",
        name="find_customers",
        summary="Find guests on file",
        parameters=[shapes_in.CustomerFilters, *LIST_PARAMETERS],
    )
    def get(self, request: Request) -> Response:
        asked = cleaned(shapes_in.CustomerFilters(data=filters_of(request.query_params)))
        member: Membership = find_member(members_of(request), asked.get("venue"))
        pages = Pages(request, "-created_at", "-id")
        found = pages.page(_matching(member.venue, asked))
        return Response(pages.envelope(_shown(found, member)))

    @writes(
        shapes_in.CustomerOutput,
        tag="Customers",
        name="create_customer",
        summary="Put a guest on file",
        request=shapes_in.CustomerInput,
        status=201,
        refusals=["address_taken"],
    )
    def post(self, request: Request) -> Response:
        asked = cleaned(shapes_in.CustomerInput(data=request.data))
        member: Membership = find_member(members_of(request), asked.pop("venue", None))
        if not (asked["email"] or asked["phone"]):
            raise ValidationError({"email": [_("Give an email address or a phone number.")]})
        now = clock.now()

        def work() -> Answer:
            person = customers.find_or_create(venue=member.venue, now=now, **asked)
            assert person is not None
            status = 201 if person.created_at == now else 200
            return Answer(status=status, data=_shown(_known([person.id]), member)[0])

        call = repeats.call_of(member, keys.asked(request))
        return keys.respond(repeats.run_once(call=call, work=work, now=now))


def _terms_of(venue_ids: Iterable[UUID]) -> dict[UUID, TermsVersion]:
    """The terms in force at each venue, in one statement."""
    versions = TermsVersion.objects.filter(venue_id__in=venue_ids).order_by("number")
    return {version.venue_id: version for version in versions}


def _matching(venue: Venue, asked: dict[str, Any]) -> QuerySet[Customer]:
    words = asked.get("q")
    found = people.search(venue=venue, words=words) if words else venue.customers.on_file()
    if "email" in asked:
        found = found.filter(email=customers.clean_email(asked["email"]))
    if "phone" in asked:
        found = found.filter(phone=customers.clean_phone(asked["phone"], venue=venue))
    return _with_standing(found)


def _known(ids: list[UUID]) -> QuerySet[Customer]:
    return _with_standing(Customer.objects.filter(id__in=ids))


def _with_standing(found: QuerySet[Customer]) -> QuerySet[Customer]:
    settled = Tab.objects.filter(customer=OuterRef("pk"), status=TabStatus.SETTLED)
    return found.annotate(is_regular=Exists(settled))


def _shown(found: Iterable[Customer], member: Membership) -> list[dict[str, Any]]:
    terms = _terms_of([member.venue_id])[member.venue_id]
    terms.venue = member.venue
    return [
        shapes.customer(
            person,
            slug=member.venue.slug,
            limit=terms.limit(is_regular=is_regular),
            is_regular=is_regular,
        )
        for person in found
        for is_regular in [bool(getattr(person, "is_regular", False))]
    ]
