"""Addresses of payments' part of the API."""

from __future__ import annotations

from django.urls import path

from payments.api import views

urlpatterns = [
    path("payments/<uuid:payment_id>/refunds/", views.Refunds.as_view(), name="refunds"),
    path("refunds/<uuid:refund_id>/", views.OneRefund.as_view(), name="refund"),
]
