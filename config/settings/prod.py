"""Settings of production: everything from the environment, and a refusal to start half secured."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403  # Settings modules extend one another.
from config.settings.base import (
    ALLOWED_HOSTS,
    DEBUG,
    PUBLIC_URL,
    SECRET_KEY,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    env,
)

SHOW_OUTBOX = False
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# A load balancer asks for these inside the network, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^sweepsz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.int("TRUSTED_PROXY_COUNT", default=0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LONG_ENOUGH = 50
VARIED_ENOUGH = 10
REFUSALS = {
    "DEBUG is on: it shows source code and settings to visitors. Unset it.": DEBUG,
    "SECRET_KEY is missing, short or a well-known one. Set 50 or more random characters.": (
        len(SECRET_KEY) < LONG_ENOUGH
        or len(set(SECRET_KEY)) < VARIED_ENOUGH
        or "insecure" in SECRET_KEY
        or "for-tests" in SECRET_KEY
    ),
    "DATABASE_URL is not set: production data must not land in a file by accident.": (
        not env.str("DATABASE_URL", default="")
    ),
    "REDIS_URL is not set: without it no mail goes out and no payment is swept.": (
        not env.str("REDIS_URL", default="")
    ),
    "ALLOWED_HOSTS is not set. Name the host that guests and staff use.": (not ALLOWED_HOSTS),
    "ALLOWED_HOSTS lets any host name in: links could be built on a stranger's.": (
        "*" in ALLOWED_HOSTS
    ),
    "PUBLIC_URL is not set to an https:// address: links in mails are built on it.": (
        not PUBLIC_URL.startswith("https://")
    ),
    "EMAIL_URL is not set: guests would wait for links that never come.": (not MAIL_IS_REAL),
    "STRIPE_SECRET_KEY is not set.": not STRIPE_SECRET_KEY,
    "STRIPE_WEBHOOK_SECRET is not set: anybody could report payments.": not STRIPE_WEBHOOK_SECRET,
}
if reasons := [reason for reason, applies in REFUSALS.items() if applies]:
    raise ImproperlyConfigured("Refusing to start. " + " ".join(reasons))
