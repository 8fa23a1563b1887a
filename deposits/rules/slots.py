"""When something of a certain length can begin: inside the hours, beside what is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Time from its start up to, not including, its end."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


def without(whole: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of a span."""
    left, start = [], whole.start
    for span in sorted(taken):
        if span.start > start:
            left.append(Span(start=start, end=min(span.start, whole.end)))
        start = max(start, span.end)
        if start >= whole.end:
            break
    if start < whole.end:
        left.append(Span(start=start, end=whole.end))
    return tuple(left)


def free_starts(
    opening: Sequence[Span],
    taken: Sequence[Span],
    *,
    visit: timedelta,
    buffer: timedelta,
    step: timedelta,
) -> tuple[datetime, ...]:
    """Every step of the opening hours at which a visit fits.

    The visit itself must end within the hours; the buffer after it may run over them, but not into
    somebody else's time.
    """
    return tuple(
        start
        for span in opening
        for start in _steps(span, visit, step)
        if not any(Span(start=start, end=start + visit + buffer).meets(each) for each in taken)
    )


def _steps(span: Span, visit: timedelta, step: timedelta) -> Iterable[datetime]:
    start = span.start
    while start + visit <= span.end:
        yield start
        start += step
