"""The mails payments writes: the link to pay, and the receipt. The outbox sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import css_inline
from django.template.loader import render_to_string

from orders.selectors.bills import Bill
from payments.models import PaymentRequest, Receipt
from payments.selectors.balances import Standing

PAYMENT_LINK: Final = "payment_link"
RECEIPT: Final = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A rendered mail. `[link]` in it becomes the guest's own link when it leaves."""

    subject: str
    text: str
    html: str


def payment_link(*, request: PaymentRequest, bill: Bill, standing: Standing) -> Mail:
    """Please pay: amount, date, one button, the lines."""
    return _render("payment_link", {"request": request, "bill": bill, "standing": standing})


def receipt(*, receipt: Receipt, bill: Bill) -> Mail:
    """Numbered proof of one payment, from its frozen content."""
    return _render("receipt", {"receipt": receipt, "bill": bill})


def _render(name: str, context: dict[str, Any]) -> Mail:
    path = f"emails/payments/{name}"
    return Mail(
        subject=" ".join(render_to_string(f"{path}.subject.txt", context).split()),
        text=render_to_string(f"{path}.txt", context).strip() + "\n",
        html=css_inline.inline(render_to_string(f"{path}.html", context)),
    )
