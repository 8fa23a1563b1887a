"""Django's entry into deposits."""

from __future__ import annotations

from django.apps import AppConfig


class DepositsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "deposits"

    def ready(self) -> None:
        from deposits import handlers  # noqa: F401, PLC0415 - subscribes once the apps are loaded.
