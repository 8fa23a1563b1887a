"""Django's entry into orders."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "orders"

    def ready(self) -> None:
        from orders import handlers  # noqa: F401, PLC0415 - subscribes once the apps are loaded.
