"""Addresses of orders' part of the API."""

from __future__ import annotations

from django.urls import path

from orders.api import schema, views

# Imported for what they register with the schema's generator.
SCHEMES = (schema.KeyScheme, schema.SessionScheme)

urlpatterns = [
    path("venues/", views.Venues.as_view(), name="venues"),
    path("catalogue/", views.Catalogue.as_view(), name="catalogue"),
    path("customers/", views.Customers.as_view(), name="customers"),
]
