"""What staff fill in about bookings: a new one, another time, a reason, and how people work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from config.front.web.forms import RequestKey
from config.front.web.reminder_forms import WEEKDAYS
from deposits.models import Diary
from deposits.rules.local_times import instant_of
from deposits.rules.visits import ContactWay
from deposits.services.arrivals import LONGEST_OUTCOME
from deposits.services.bookings import LONGEST_NOTE, LONGEST_REASON
from deposits.services.diaries import LONGEST_LABEL, Day, Pause
from orders.models import CatalogueItem
from orders.services.customers import LONGEST_NAME

_OFF: Final = {"autocomplete": "off"}


def clock_input() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class WhenForm(RequestKey):
    """A day, a time of day and a person, of whom none is whoever is free first."""

    person = forms.TypedChoiceField(label=_("With"), required=False, coerce=int, empty_value=None)
    day = forms.DateField(label=_("Day"), widget=day_input())
    at = forms.TimeField(label=_("Time"), widget=clock_input())
    anyway = forms.BooleanField(label=_("Also outside working hours"), required=False)

    def __init__(self, data: Any, *, diaries: list[Diary], anyone: bool, **options: Any) -> None:
        super().__init__(data, **options)
        people = [(str(each.person_id), each.person.get_full_name()) for each in diaries]
        whoever = [("", _("Anyone"))] if anyone else []
        self.fields["person"].choices = [*whoever, *people]  # type: ignore[attr-defined]

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """:raises NoSuchTime: clocks jump over it."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data["at"]
        return instant_of(day, at, zone)


class BookingForm(WhenForm):
    """A new booking: the service, the time, and who comes."""

    item = forms.ChoiceField(label=_("Service"))
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(_OFF))
    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(_OFF),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=32,
        required=False,
        widget=forms.TextInput({**_OFF, "inputmode": "tel"}),
    )
    note = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=forms.TextInput(_OFF)
    )

    def __init__(self, data: Any, *, services: list[CatalogueItem], **options: Any) -> None:
        super().__init__(data, anyone=True, **options)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (str(each.id), each.name) for each in services
        ]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, widget=forms.TextInput(_OFF)
    )
    by_venue = forms.BooleanField(
        label=_("It is us who cannot keep it"),
        required=False,
        help_text=_("Then it is never a late cancellation."),
    )


class ContactForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How"),
        choices=[
            (ContactWay.PHONE.value, _("Phone")),
            (ContactWay.MESSAGE.value, _("Message")),
            (ContactWay.EMAIL.value, _("Email")),
            (ContactWay.OTHER.value, _("Another way")),
        ],
    )
    outcome = forms.CharField(
        label=_("What came of it"),
        max_length=LONGEST_OUTCOME,
        required=False,
        widget=forms.TextInput(_OFF),
    )


class WeekForm(forms.Form):
    """Seven days with their hours and one break; a day without a start is free."""

    def __init__(self, data: Any, *, diary: Diary | None) -> None:
        super().__init__(data, initial=_week(diary))
        for number, name in WEEKDAYS:
            for part, label in (
                ("from", _("from")), ("to", _("to")), ("break", _("break from")),
                ("back", _("break to")),
            ):  # fmt: skip
                field = forms.TimeField(required=False, widget=clock_input())
                field.label = f"{name}, {label}"
                self.fields[f"{part}_{number}"] = field

    @property
    def rows(self) -> Iterator[tuple[object, list[BoundField]]]:
        for number, name in WEEKDAYS:
            yield name, [self[f"{part}_{number}"] for part in ("from", "to", "break", "back")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number, _name in WEEKDAYS:
            for one, other in (("from", "to"), ("break", "back")):
                if bool(cleaned.get(f"{one}_{number}")) != bool(cleaned.get(f"{other}_{number}")):
                    self.add_error(f"{other}_{number}", _("Both times, or neither."))
        return cleaned

    @property
    def days(self) -> list[Day]:
        typed = self.cleaned_data
        return [
            Day(
                weekday=int(number) - 1,
                starts=typed[f"from_{number}"],
                ends=typed[f"to_{number}"],
                pauses=[Pause(starts=typed[f"break_{number}"], ends=typed[f"back_{number}"])]
                if typed[f"break_{number}"]
                else [],
            )
            for number, _name in WEEKDAYS
            if typed[f"from_{number}"]
        ]


class DayOffForm(forms.Form):
    first_day = forms.DateField(label=_("First day"), widget=day_input())
    last_day = forms.DateField(label=_("Last day"), widget=day_input())
    label = forms.CharField(
        label=_("Why"), max_length=LONGEST_LABEL, required=False, widget=forms.TextInput(_OFF)
    )


class BookingSettingsForm(forms.Form):
    is_public = forms.BooleanField(label=_("Guests may book by themselves"), required=False)
    step_minutes = forms.IntegerField(
        label=_("Minutes between two times on offer"), min_value=5, max_value=240
    )
    notice_minutes = forms.IntegerField(
        label=_("Minutes a guest books ahead at least"), min_value=0, max_value=43_200
    )
    days_ahead = forms.IntegerField(
        label=_("Days a guest books ahead at most"), min_value=1, max_value=366
    )
    free_hours = forms.IntegerField(
        label=_("Hours before until which cancelling is in time"), min_value=0, max_value=720
    )
    grace_minutes = forms.IntegerField(
        label=_("Minutes after which a guest may be a no-show"), min_value=0, max_value=240
    )
    reminder_hours = forms.IntegerField(
        label=_("Hours before at which guests are reminded; 0 is never"),
        min_value=0,
        max_value=336,
    )


def _week(diary: Diary | None) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    if diary is None:
        return initial
    for hours in diary.hours.all():
        number = hours.weekday + 1
        initial |= {f"from_{number}": hours.starts, f"to_{number}": hours.ends}
    for pause in diary.breaks.all():
        number = pause.weekday + 1
        initial |= {f"break_{number}": pause.starts, f"back_{number}": pause.ends}
    return initial
