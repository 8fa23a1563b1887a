"""How long a guest's link works: until the tab has ended, and then long enough for the receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

LIVES_AFTER_END: Final = timedelta(days=90)
# The row outlives the link for as long again, so that its page can say what happened to it.
KEPT_AFTER_END: Final = 2 * LIVES_AFTER_END
