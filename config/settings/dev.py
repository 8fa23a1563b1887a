"""Settings of a development machine: nothing needs to be set, nothing leaves the machine."""

from __future__ import annotations

from config.settings.base import *  # noqa: F403  # Settings modules extend one another.
from config.settings.base import (
    ALLOWED_HOSTS,
    SECRET_KEY,
    STORAGES,
    STRIPE_WEBHOOK_SECRET,
    TEMPLATES,
    VAR_DIR,
    env,
)
from config.settings.local_secrets import local_secret

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = SECRET_KEY or local_secret(VAR_DIR, "SECRET_KEY")
STRIPE_WEBHOOK_SECRET = STRIPE_WEBHOOK_SECRET or local_secret(VAR_DIR, "STRIPE_WEBHOOK_SECRET")
ALLOWED_HOSTS = ALLOWED_HOSTS or [".localhost", "127.0.0.1", "[::1]"]
SHOW_OUTBOX = env.bool("SHOW_OUTBOX", default=True)

# Files are served from where they are edited: no `collectstatic` before a change is seen.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = DEBUG

if DEBUG:
    # Django keeps compiled templates; whoever edits them wants to see the edit.
    TEMPLATES[0]["APP_DIRS"] = False
    TEMPLATES[0]["OPTIONS"]["loaders"] = [
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
