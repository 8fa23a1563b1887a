"""How long an invitation stands, and how often its mail may go."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

VALID_FOR: Final = timedelta(days=7)
# A second tap, or an impatient one, is not a second mail.
SENT_AGAIN_AFTER: Final = timedelta(minutes=1)
