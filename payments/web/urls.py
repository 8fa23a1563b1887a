"""Addresses of payments' pages: what a guest pays on, and where Stripe reports."""

from __future__ import annotations

from django.urls import include, path

from payments.web import cards, guest, landing, later, webhooks, zones

pay = [
    path("", guest.pay, name="page"),
    path("quote/", guest.quote, name="quote"),
    path("payments/", guest.payments, name="payments"),
    path("return/<uuid:attempt>/", landing.landing, name="return"),
    path("paid/<uuid:attempt>/", landing.thanks, name="thanks"),
    path("receipts/<uuid:receipt>/", landing.receipt, name="receipt"),
    path("receipts/<uuid:receipt>.pdf", landing.receipt_pdf, name="receipt_pdf"),
    path("receipts/<uuid:receipt>/mail/", landing.mail, name="mail"),
    path("card/", cards.card, name="card"),
    path("card/agreement/", cards.agreement, name="card_agreement"),
    path("card/return/<uuid:consent>/", cards.returned, name="card_return"),
    path("card/withdrawal/", cards.withdrawal, name="card_withdrawal"),
    path("card/not-this-time/", cards.not_this_time, name="card_not_this_time"),
    path("later/", later.later, name="later"),
    path("extension/", later.extension, name="extension"),
    path("time-zone/", zones.time_zone, name="time_zone"),
    path("cash/", later.cash, name="cash"),
    path("stop/", later.stop, name="stop"),
    path("resumption/", later.resumption, name="resumption"),
    path("fresh/", landing.fresh_link, name="fresh"),
]
hooks = [
    path("connect/", webhooks.connect_webhook, name="connect"),
    path("<uuid:account_id>/", webhooks.stripe_webhook, name="stripe"),
]

urlpatterns = [
    path("p/<slug:token>/", include((pay, "pay"))),
    path("hooks/stripe/", include((hooks, "hooks"))),
]
