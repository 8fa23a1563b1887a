"""Who is told of a refund: the guest that it left, the managers that it came back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from config.kernel.money import Money
from orders.models import Tab
from orders.selectors.bills import Bill
from orders.services import messages
from payments import emails
from payments.emails import ManagerNote
from payments.models import Refund
from payments.services import managers
from payments.services.requests import PAY_PATH


def tell_guest(refund: Refund, *, bill: Bill, now: datetime) -> None:
    """That money went back, to the address the payment's receipt went to, if there is one."""
    if not refund.payment.email:
        return
    mail = emails.refund_note(refund=refund, bill=bill)
    messages.write(
        venue=bill.venue,
        tab=bill.tab,
        kind=emails.REFUND_NOTE,
        source_key=f"refund:{refund.id}",
        to=refund.payment.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
    )


def tell_managers_of_failure(refund: Refund, *, tab: Tab, came_back: bool, now: datetime) -> None:
    """That the guest has not got it: it `came_back` from their bank, or never left."""
    returned = gettext_noop(
        "The money is with you again, and the guest still has to get it. Refund once more, or "
        "give it back at the counter."
    )
    never_left = gettext_noop(
        "Stripe did not make it, so nothing has left your account, and the guest still has to get "
        "it. Refund once more, or give it back at the counter."
    )
    note = ManagerNote(
        kind="refund_failed",
        title=gettext_noop("A refund did not arrive"),
        text=returned if came_back else never_left,
        amount=refund.whole,
    )
    managers.tell(note, tab=tab, source_key=f"refund-failed:{refund.id}", now=now)


def tell_managers_of_excess(
    excess: Money, *, tab: Tab, event_id: int, goes_back: bool, now: datetime
) -> None:
    by_itself = gettext_noop(
        "Two payments crossed. What came in too much goes back to the card it came from by itself; "
        "you need not do anything."
    )
    by_hand = gettext_noop(
        "Two payments crossed, and nothing goes back by itself. Give back what came in too much "
        "from the tab’s page."
    )
    note = ManagerNote(
        kind="overpaid",
        title=gettext_noop("More came in than was owed"),
        text=by_itself if goes_back else by_hand,
        amount=excess,
    )
    managers.tell(note, tab=tab, source_key=f"overpaid:{event_id}", now=now)
