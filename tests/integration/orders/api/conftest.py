"""Software that works at Larkspur."""

from __future__ import annotations

import pytest

from tests.software import Software


@pytest.fixture
def till(ada):
    """Larkspur's till, with Ada's key."""
    return Software(ada)


@pytest.fixture
def elsewhere(mallory):
    """Software of a place that has no business here."""
    return Software(mallory)
