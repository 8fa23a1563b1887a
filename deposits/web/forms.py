"""What a guest fills in: whom and when they would like, and who comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from deposits.models import Diary
from deposits.selectors.guest_side import Wording
from deposits.services.bookings import LONGEST_NOTE
from deposits.web.asked import Asked
from orders.models import Venue
from orders.rules.time_zones import list_places
from orders.services.acknowledgements import LONGEST_NAME

# Where a refusal is shown; everything else stands above the fields.
FIELD_OF_REFUSAL: Final = {
    "email_unclear": "email",
    "contact_missing": "email",
    "signature_missing": "name",
}


class TimesForm(forms.Form):
    """Which free times to show. It is only shown: the address is read by `asked`."""

    use_required_attribute = False
    person = forms.ChoiceField(label=_("With"))
    day = forms.DateField(
        label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    zone = forms.ChoiceField(label=_("Times as the clocks show them in"))

    def __init__(self, *, asked: Asked, venue: Venue, diaries: Sequence[Diary]) -> None:
        known = {"person": asked.person_id or "", "day": asked.day, "zone": asked.zone.key}
        super().__init__(initial=known, auto_id="look_%s")
        people = [(str(each.person_id), each.person.get_full_name()) for each in diaries]
        self.fields["person"].choices = [("", _("Anyone")), *people]  # type: ignore[attr-defined]
        names = dict.fromkeys((venue.time_zone, *list_places()))
        self.fields["zone"].choices = [  # type: ignore[attr-defined]
            (name, name.replace("_", " ")) for name in names
        ]
        if not people[1:]:
            del self.fields["person"]


class VisitForm(forms.Form):
    """Who comes. `website` is for machines that fill in everything; people do not see it."""

    at = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    request_key = forms.CharField(max_length=32, widget=forms.HiddenInput)
    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Type your name, so that we know who comes.")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your email"),
        max_length=254,
        error_messages={"required": _("Type your email, so that we can tell you of changes.")},
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    note = forms.CharField(
        label=_("Anything we should know?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    agreed = forms.BooleanField(
        label=_("I’ve read what this can and can’t do"),
        error_messages={"required": _("Tick this if you agree, or call us if it is unclear.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, data: Any, *, wording: Wording | None, **options: Any) -> None:
        super().__init__(data, **options)
        if wording is None:
            del self.fields["agreed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            said = _("That looked like a machine, so nothing was booked. Send it once more.")
            raise forms.ValidationError(said)
        return cleaned
