"""Settings of the test suite: fixed values, whatever the environment of the person running it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from config.settings import reading
from config.settings.base import *  # noqa: F403  # Settings modules extend one another.
from config.settings.base import CONTENT_SECURITY_POLICY, DATABASES, REDIS_URL, STORAGES

DEBUG = False
SECRET_KEY = "a-key-for-tests-only-that-protects-nothing-at-all-0123456789"  # noqa: S105  # Public.
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PUBLIC_URL = "http://testserver"
PUBLIC_URL_FOLLOWS_REQUEST = False
INSTANCE_ID = "test"
SHOW_OUTBOX = True

STRIPE_API_BASE = ""
STRIPE_SANDBOX_PUBLIC_URL = ""
# The sandbox of a test takes a free port, which nobody knows when settings are read.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += ["http://127.0.0.1:*"]
STRIPE_SECRET_KEY = "sk_test_fortests"  # noqa: S105  # Known to the sandbox only.
STRIPE_WEBHOOK_SECRET = "whsec_fortests"  # noqa: S105  # Signs nothing outside the tests.

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_IS_REAL = True
MAIL_PROVIDER = "postmark"
ANYMAIL = {"WEBHOOK_SECRET": "tests:a-secret"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None

if REDIS_URL.startswith("unix:"):
    # Of the suite's processes none may empty another's cache or take another's work. The
    # environment too, because a test's Celery worker reads its settings from there.
    ours = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    REDIS_URL = os.environ["REDIS_URL"] = f"{REDIS_URL.partition('?')[0]}?db={ours}"
    CACHES = {"default": reading.cache_at(REDIS_URL)}
    CELERY_BROKER_URL = reading.broker_address(REDIS_URL)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads and other processes see it; one of its own for each run.
    test_file = Path(tempfile.gettempdir()) / f"afterward-test-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(test_file)}
    # Nothing here must survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
