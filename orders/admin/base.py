"""What orders' pages of the admin start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from config.kernel.admin import ReviewAdmin
from config.kernel.errors import DomainError
from config.kernel.forms import MoneyField
from config.kernel.http import translated
from config.kernel.money import Money, display_exponent_of
from orders.models import Membership, User
from orders.rules.roles import Right
from orders.selectors import memberships

_MEMBERS = "_review_members"


class OrdersAdmin(ReviewAdmin):
    """Pages that members of a venue may see as far as their role goes."""

    right = Right.REVIEW_MONEY

    def members(self, request: HttpRequest) -> Sequence[Membership]:
        found: Sequence[Membership] | None = getattr(request, _MEMBERS, None)
        if found is None:
            assert isinstance(request.user, User)
            found = memberships.list_for(request.user)
            setattr(request, _MEMBERS, found)
        return found


def read_money(form: Any, field: str, currency: str) -> Money:
    """An amount typed in a venue's currency; a complaint stands at its field."""
    try:
        amount: Money | None = MoneyField(currency=currency, allow_zero=True).clean(
            form.cleaned_data.get(field)
        )
    except ValidationError as error:
        form.add_error(field, error)
        amount = None
    return amount or Money.zero(currency)


def typed(amount: Money) -> str:
    """An amount as somebody would type it into a form."""
    return f"{amount.decimal:.{display_exponent_of(amount.currency)}f}"


def report(
    page: ReviewAdmin, request: HttpRequest, rows: Iterable[Any], work: Callable[[Any], str]
) -> None:
    """Do an action for each row, and say for each how it went."""
    for row in rows:
        try:
            said = work(row)
        except DomainError as refusal:
            page.message_user(request, f"{row}: {translated(refusal)}", messages.ERROR)
        else:
            page.message_user(request, f"{row}: {said}", messages.SUCCESS)
