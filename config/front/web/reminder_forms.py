"""What a manager fills in about reminders: their days, the night, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from orders.rules.reminder_rules import (
    EARLIEST_DAY,
    LATEST_DAY,
    LONGEST_EXTENSION,
    MOST_STEPS,
    ReminderRules,
    ReminderStep,
)
from payments.rules.mail_texts import LONGEST_BODY, LONGEST_SUBJECT

WEEKDAYS: Final = [
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")),
    ("5", _("Friday")), ("6", _("Saturday")), ("7", _("Sunday")),
]  # fmt: skip


def _clock() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


class ScheduleForm(forms.Form):
    """Rows of days and hours; a row without a day is no reminder."""

    quiet_from = forms.TimeField(label=_("Quiet from"), widget=_clock())
    quiet_until = forms.TimeField(label=_("Quiet until"), widget=_clock())
    rest_days = forms.MultipleChoiceField(
        label=_("No mail on these days"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    extension_days = forms.IntegerField(
        label=_("Days a guest may add, once"), min_value=0, max_value=LONGEST_EXTENSION
    )

    def __init__(self, data: Any, *, rules: ReminderRules) -> None:
        super().__init__(data, initial=_initial(rules))
        self.count = min(len(rules.steps) + 1, MOST_STEPS)
        for number in range(1, self.count + 1):
            self.fields[f"days_{number}"] = forms.IntegerField(
                label=_("Days after the pay-by day"),
                min_value=EARLIEST_DAY,
                max_value=LATEST_DAY,
                required=False,
            )
            self.fields[f"at_{number}"] = forms.TimeField(
                label=_("At"), required=False, widget=_clock()
            )

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        for number in range(1, self.count + 1):
            yield self[f"days_{number}"], self[f"at_{number}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, self.count + 1):
            if cleaned.get(f"days_{number}") is not None and not cleaned.get(f"at_{number}"):
                self.add_error(f"at_{number}", _("At what time?"))
        return cleaned

    @property
    def rules(self) -> ReminderRules:
        """What was filled in, in the order of its days."""
        typed = self.cleaned_data
        steps = [
            ReminderStep(days=typed[f"days_{number}"], at=typed[f"at_{number}"])
            for number in range(1, self.count + 1)
            if typed[f"days_{number}"] is not None
        ]
        return ReminderRules(
            steps=tuple(sorted(steps, key=lambda step: step.days)),
            quiet_from=typed["quiet_from"],
            quiet_until=typed["quiet_until"],
            rest_days=frozenset(map(int, typed["rest_days"])),
            extension_days=typed["extension_days"],
        )


class TextForm(forms.Form):
    """The words of one reminder."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_BODY, widget=forms.Textarea({"rows": 6})
    )


def _initial(rules: ReminderRules) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "quiet_from": rules.quiet_from,
        "quiet_until": rules.quiet_until,
        "rest_days": [str(day) for day in sorted(rules.rest_days)],
        "extension_days": rules.extension_days,
    }
    for number, step in enumerate(rules.steps, start=1):
        initial |= {f"days_{number}": step.days, f"at_{number}": step.at}
    return initial
