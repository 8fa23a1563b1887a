"""Addresses of bookings as staff have them."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import booking_hours, bookings

BOOKING = "<uuid:booking_id>/"
PERSON = "people/<int:person_id>/"
booking_patterns = [
    path("", bookings.day, name="day"),
    path("new/", bookings.new, name="new"),
    path("settings/", booking_hours.choices, name="settings"),
    path(PERSON, booking_hours.week, name="week"),
    path(f"{PERSON}days-off/", booking_hours.day_off, name="day_off"),
    path(
        f"{PERSON}days-off/<int:day_off_id>/removal/",
        booking_hours.day_off_removal,
        name="day_off_removal",
    ),
    path(f"{PERSON}end/", booking_hours.diary_end, name="diary_end"),
    path(BOOKING, bookings.detail, name="detail"),
    path(f"{BOOKING}moving/", bookings.moving, name="moving"),
    path(f"{BOOKING}cancellation/", bookings.cancellation, name="cancellation"),
    path(f"{BOOKING}arrival/", bookings.arrival, name="arrival"),
    path(f"{BOOKING}no-show/", bookings.no_show, name="no_show"),
    path(f"{BOOKING}contact/", bookings.contact, name="contact"),
]
urlpatterns = [
    path("v/<slug:slug>/bookings/", include((booking_patterns, "bookings"))),
]
