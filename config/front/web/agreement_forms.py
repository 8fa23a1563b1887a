"""The guest's yes as a form, on the staff's screen and on the guest's own phone alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.errors import DomainError
from config.kernel.http import translated
from config.kernel.written_money import money_text
from orders.selectors.promises import Promised
from orders.services.acknowledgements import LONGEST_NAME


class Agreement(forms.Form):
    """A tick, a name, and the digest of the wording that stands above them."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        error_messages={"required": _("Tick this if you agree, or tell us what is unclear.")}
    )
    name = forms.CharField(
        max_length=LONGEST_NAME,
        label=_("Type your name"),
        error_messages={"required": _("Type your name, so that it is your yes.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, promised: Promised, data: QueryDict | None = None) -> None:
        super().__init__(
            data,
            auto_id=f"{promised.line_id.hex[:12]}_%s",
            initial={"shown": promised.digest},
        )
        said = gettext(
            "I’ve read what this can and can’t do, and I’m happy to go ahead at %(amount)s."
        )
        self.fields["agreed"].label = said % {"amount": money_text(promised.amount)}

    def refuse(self, refusal: DomainError) -> None:
        """Show why it was not kept: about the name beside it, anything else above the fields."""
        about_name = refusal.code in {"signature_missing", "text_too_long"}
        self.add_error("name" if about_name else None, translated(refusal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody is asked to agree to, and the form for it."""

    promised: Promised
    form: Agreement


def asks_of(waiting: Iterable[Promised], refused: Ask | None = None) -> tuple[Ask, ...]:
    """A form for each; the one that was sent comes back with what was typed."""
    return tuple(
        refused
        if refused is not None and refused.promised.line_id == promised.line_id
        else Ask(promised=promised, form=Agreement(promised))
        for promised in waiting
    )


def find_ask(waiting: Iterable[Promised], line_id: UUID, typed: QueryDict) -> Ask | None:
    """The question that was answered; None when it is asked no more."""
    found: Any = next((each for each in waiting if each.line_id == line_id), None)
    return found and Ask(promised=found, form=Agreement(found, typed))
