"""Addresses of disputes and of their evidence."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import disputes

DISPUTE = "<uuid:dispute_id>/"

dispute_patterns = [
    path("", disputes.dispute_list, name="list"),
    path(DISPUTE, disputes.detail, name="detail"),
    path(f"{DISPUTE}evidence/", disputes.submission, name="evidence"),
    path(f"{DISPUTE}evidence.pdf", disputes.pack_pdf, name="pdf"),
    path(f"{DISPUTE}evidence.json", disputes.pack_json, name="json"),
]
urlpatterns = [
    path(f"disputes/{DISPUTE}", disputes.by_mail, name="dispute"),
    path("v/<slug:slug>/disputes/", include((dispute_patterns, "disputes"))),
]
