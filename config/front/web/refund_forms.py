"""What a manager says when money goes back to a card."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.front.web.forms import Reason, RequestKey
from config.kernel.forms import MoneyField
from config.kernel.money import Money
from config.kernel.written_money import money_text
from payments.selectors.refunds import Options
from payments.services.refunds import RefundWish

ALL: Final = "all"
LINES: Final = "lines"
AMOUNT: Final = "amount"


class RefundForm(Reason, RequestKey):
    """All, some lines or an amount, and how much of the tip. `shown` stood on the button."""

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, options: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        self.options = options
        currency = options.payment.currency
        ways = [(ALL, _("All of it")), (LINES, _("Some lines")), (AMOUNT, _("An amount"))]
        self.fields["what"] = forms.ChoiceField(
            choices=[way for way in ways if way[0] != LINES or options.lines], initial=ALL
        )
        self.fields["line"] = forms.MultipleChoiceField(
            required=False, choices=[(str(each.line.id), "") for each in options.lines]
        )
        self.fields["amount"] = MoneyField(currency=currency, required=False, label=_("How much"))
        self.fields["tip"] = MoneyField(
            currency=currency,
            required=False,
            allow_zero=True,
            label=_("And of the tip"),
            help_text=_("The guest gave %(tip)s; leave it empty to keep it with the team.")
            % {"tip": money_text(options.left.tip)},
        )
        for name in ("amount", "tip"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("what") == LINES and not said.get("line"):
            self.add_error("line", gettext("Tick what is to be given back."))
        if said.get("what") == AMOUNT and not said.get("amount") and "amount" not in self.errors:
            self.add_error("amount", gettext("Say how much."))
        return said

    @property
    def wish(self) -> RefundWish:
        """What was typed, once it is valid."""
        said, nothing = self.cleaned_data, Money.zero(self.options.payment.currency)
        line_ids = tuple(UUID(each) for each in said["line"]) if said["what"] == LINES else ()
        amount = {
            ALL: self.options.left.bill,
            LINES: self.options.sum_of(line_ids),
            AMOUNT: said["amount"] or nothing,
        }[said["what"]]
        return RefundWish(
            amount=amount, tip=said["tip"] or nothing, reason=said["reason"], line_ids=line_ids
        )
