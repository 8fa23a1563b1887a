"""Production's settings, without compressing every stylesheet first: that takes half a minute."""

from __future__ import annotations

from config.settings.base import STORAGES
from config.settings.prod import *  # noqa: F403  # Settings modules extend one another.

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = None
