"""How the house is wired: settings, addresses, scheduled work, and the machinery to run it."""

from __future__ import annotations

from config.celery import celery_app

__all__ = ["celery_app"]
