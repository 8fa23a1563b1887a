"""Who keeps the menu."""

from __future__ import annotations

import pytest


@pytest.fixture
def manager(client, niamh):
    client.force_login(niamh)
    return client
