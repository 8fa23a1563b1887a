"""Every address of the house: the only file that includes the urls of every app."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from anymail import urls as anymail_urls
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from config.front.web import health
from config.kernel.api.missing import NoSuchAddress

# One sign-in page, with its rate limits, for staff pages and for the admin.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # As documented.

api = [
    path("", include("orders.api.urls")),
    path("", include("payments.api.urls")),
    path("", include("config.front.api.urls")),
]

# Only the provider that mails leave by may report on them, and only with the secret.
reports = [
    each
    for each in anymail_urls.urlpatterns
    if settings.ANYMAIL["WEBHOOK_SECRET"]
    and each.name in {f"{settings.MAIL_PROVIDER}_tracking_webhook", "mandrill_webhook"}
    and str(each.pattern).startswith(f"{settings.MAIL_PROVIDER}/")
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("sweepsz", health.sweeps, name="sweepsz"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api, "api"))),
    re_path("^api/", NoSuchAddress.as_view()),
    path("", include("config.front.web.urls")),
    path("", include("config.front.web.people_urls")),
    path("", include("config.front.web.card_urls")),
    path("", include("config.front.web.booking_urls")),
    path("", include("config.front.web.dispute_urls")),
    path("hooks/mail/", include((reports, "mail_reports"))),
    path("", include("payments.web.urls")),
    path("", include("deposits.web.urls")),
    path("", include("config.front.web.guest_urls")),
]
