"""What orders does when something happened. One line per reaction."""

from __future__ import annotations

from config.kernel.events import subscribe
from config.kernel.nudge import nudge
from orders import tasks
from orders.events import MessageWritten


@subscribe(MessageWritten)
def send_message(_event: MessageWritten) -> None:
    nudge(tasks.sweep_unsent_messages)
