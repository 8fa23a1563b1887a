"""Addresses of guests: cards and live bills; and the outbox that development shows to staff."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import live, outbox, token

tokens = [
    path("", token.find, name="find"),
    path("<slug:key>/", token.scan, name="scan"),
    path("<slug:slug>/find/", token.find, name="find_at"),
    path("<slug:key>/code/", token.enter_code, name="code"),
    path("<slug:key>/knock/", token.knock, name="knock"),
    path("<slug:key>/bill/", live.ask_for_bill, name="bill"),
    path("<slug:key>/email/", live.leave_email, name="email"),
    path("<slug:key>/lines/<uuid:line_id>/agreement/", live.agree, name="agreement"),
    path("<slug:key>/payment/", live.pay, name="payment"),
    path("<slug:key>/card/", live.keep_card, name="card"),
]
mails = [
    path("", outbox.mails, name="list"),
    path("<uuid:message_id>/", outbox.mail, name="mail"),
    path("<uuid:message_id>/html/", outbox.html_part, name="html"),
]

urlpatterns = [
    path("t/", include((tokens, "token"))),
    path("outbox/", include((mails, "outbox"))),
]
