"""More time to pay: what a guest said, or staff agreed to. Rows are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from orders.models import Tab, User


class Extension(models.Model):
    """One move of a tab's pay-by date. Without `by` it was the guest, who may do it once."""

    tab = models.ForeignKey(Tab, on_delete=models.PROTECT, related_name="extensions")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tab"], condition=Q(by=None), name="payments_extension_guest_once"
            ),
            models.CheckConstraint(
                condition=Q(new_due_at__gt=F("old_due_at")), name="payments_extension_is_later"
            ),
        ]

    def __str__(self) -> str:
        return f"extension of {self.tab_id} to {self.new_due_at:%Y-%m-%d}"
