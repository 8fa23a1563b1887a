"""When each sweep last came to its end, so that one that is late can be seen."""

from __future__ import annotations

from django.db import models


class SweepBeat(models.Model):
    """One sweep by the name of its task. `ended_at` is its latest end that was no failure."""

    name = models.CharField(max_length=80, primary_key=True)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
