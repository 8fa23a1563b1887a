"""Staff review of orders: places and people, what is sold, and what happened on tabs."""

from __future__ import annotations

from orders.admin import catalogue, people, places, tabs

__all__ = ["catalogue", "people", "places", "tabs"]
