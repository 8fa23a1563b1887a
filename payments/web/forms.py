"""What a guest fills in: how much to pay, a tip, and where the receipt goes."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.kernel.forms import MoneyField
from config.kernel.money import Money
from orders.models import Tab
from payments.rules.allocation import Choice, PayMode

NO_TIP: Final = "0"
OTHER_TIP: Final = "other"
BY_CARD, BY_TRANSFER = "card", "bank"
FEWEST, MOST = 2, 99
_LINE_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PayForm(forms.Form):
    """All of it or my share, a tip, an address. Nothing is required: silence means all, no tip.

    `shown` is the sum on the button that was pressed, in minor units.
    """

    way = forms.ChoiceField(
        choices=[(BY_CARD, BY_CARD), (BY_TRANSFER, BY_TRANSFER)], required=False
    )
    purchase_order = forms.CharField(
        label=_("Your PO number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    mode = forms.ChoiceField(
        choices=[
            (PayMode.ALL, _("All of it")),
            (PayMode.SHARE, _("My share")),
            (PayMode.ITEMS, _("My items")),
        ],
        required=False,
    )
    ways = forms.IntegerField(
        label=_("How many of you share"), min_value=FEWEST, max_value=MOST, required=False
    )
    amount = MoneyField(currency="", label=_("Or an amount of your own"), required=False)
    tip = forms.ChoiceField(required=False)
    tip_amount = MoneyField(currency="", label=_("Your tip"), allow_zero=True, required=False)
    email = forms.EmailField(
        label=_("Email for your receipt"),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    shown = forms.IntegerField(min_value=0, required=False)

    def __init__(self, data: Any, *, tab: Tab) -> None:
        super().__init__(data)
        self.currency = tab.currency
        self.percents = [int(percent) for percent in tab.venue.tip_percents]
        for name in ("amount", "tip_amount"):
            self.fields[name] = MoneyField(
                currency=tab.currency,
                label=self.fields[name].label,
                allow_zero=name == "tip_amount",
                required=False,
            )
        values = [NO_TIP, *map(str, self.percents), OTHER_TIP]
        self.fields["tip"] = forms.ChoiceField(
            choices=[(value, value) for value in values], required=False
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_other = cleaned.get("tip") == OTHER_TIP
        if is_other and cleaned.get("tip_amount") is None and "tip_amount" not in self.errors:
            self.add_error("tip_amount", ValidationError(_("Write your tip, or choose No tip.")))
        if not is_other:
            # What stands in a field that is not shown was given up.
            self.errors.pop("tip_amount", None)
        if cleaned.get("mode") != PayMode.SHARE:
            self.errors.pop("amount", None)
            self.errors.pop("ways", None)
        return cleaned

    @property
    def is_transfer(self) -> bool:
        return self.cleaned_data.get("way") == BY_TRANSFER

    @property
    def is_special(self) -> bool:
        """Whether it is not simply all of it, without a tip."""
        return bool(self.errors) or (self.mode_value, self.tip_value) != (PayMode.ALL, NO_TIP)

    @property
    def mode_value(self) -> str:
        return self.cleaned_data.get("mode") or PayMode.ALL

    @property
    def ways_value(self) -> int:
        return self.cleaned_data.get("ways") or FEWEST

    @property
    def tip_value(self) -> str:
        return self.cleaned_data.get("tip") or NO_TIP

    @property
    def choice(self) -> Choice:
        """The part of the bill that is meant. An amount of one's own wins over equal parts."""
        amount = self.cleaned_data.get("amount")
        if self.mode_value == PayMode.ITEMS:
            return Choice(mode=PayMode.ITEMS, line_ids=self.line_ids)
        if self.mode_value != PayMode.SHARE:
            return Choice(mode=PayMode.ALL)
        if amount is not None:
            return Choice(mode=PayMode.AMOUNT, amount=amount)
        return Choice(mode=PayMode.SHARE, ways=self.ways_value)

    @property
    def line_ids(self) -> tuple[UUID, ...]:
        """The lines that were ticked; what is no line's id was not ticked by a person."""
        ticked = self.data.getlist("line") if hasattr(self.data, "getlist") else []
        return tuple(UUID(text) for text in ticked if _LINE_ID.fullmatch(text))

    @property
    def tip_percent(self) -> int | None:
        return int(self.tip_value) if self.tip_value.isdigit() else None

    @property
    def tip_money(self) -> Money | None:
        """A tip of the guest's own; None when it is none or a suggested one."""
        if self.tip_value != OTHER_TIP:
            return None
        return self.cleaned_data.get("tip_amount") or Money.zero(self.currency)

    @property
    def shown_money(self) -> Money | None:
        shown = self.cleaned_data.get("shown")
        return None if shown is None else Money(shown, self.currency)


class ReceiptForm(forms.Form):
    """Where a receipt goes that has no address yet."""

    email = forms.EmailField(
        label=_("Your email"),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
