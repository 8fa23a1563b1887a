"""Django's entry into payments."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "payments"

    def ready(self) -> None:
        from payments import handlers  # noqa: F401, PLC0415 - subscribes once the apps are loaded.
