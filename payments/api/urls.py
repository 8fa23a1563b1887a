"""Addresses of payments' part of the API."""

from __future__ import annotations

from django.urls import path

from payments.api import dispute_views, views

urlpatterns = [
    path("payments/<uuid:payment_id>/refunds/", views.Refunds.as_view(), name="refunds"),
    path("disputes/", dispute_views.Disputes.as_view(), name="disputes"),
    path("disputes/<uuid:dispute_id>/", dispute_views.OneDispute.as_view(), name="dispute"),
    path("refunds/<uuid:refund_id>/", views.OneRefund.as_view(), name="refund"),
]
