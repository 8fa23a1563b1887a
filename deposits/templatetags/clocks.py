"""How pages tell apart two times of a day that the clocks show alike."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def of_two(moment: datetime) -> str:
    """Which of the two it is (EDT, EST), where clocks are put back and show it twice; else empty.

    Django's own `date:"T"` says nothing of exactly these times.
    """
    local = timezone.localtime(moment)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return local.tzname() or ""
