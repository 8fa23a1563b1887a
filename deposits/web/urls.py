"""Addresses of guests who book, and of the bookings they hold a link to."""

from __future__ import annotations

from django.urls import include, path

from deposits.web import own, public

ITEM = "<uuid:item_id>/"
booking = [
    path("", public.services, name="services"),
    path(ITEM, public.times, name="times"),
    path(f"{ITEM}visit/", public.visit, name="visit"),
]
own_booking = [
    path("", own.detail, name="detail"),
    path("visit.ics", own.calendar_file, name="calendar"),
    path("moving/", own.moving, name="moving"),
    path("cancellation/", own.cancellation, name="cancellation"),
]

urlpatterns = [
    path("book/<slug:slug>/", include((booking, "booking"))),
    path("b/<slug:token>/", include((own_booking, "own_booking"))),
]
