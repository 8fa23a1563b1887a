"""Larkspur's evening, with tabs that pay later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.kernel import clock
from tests.conftest import EVENING

BOARD = "/v/larkspur-coffee/"
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Doors read the clock; here it stands still."""
    monkeypatch.setattr(clock, "now", lambda: SOON)
