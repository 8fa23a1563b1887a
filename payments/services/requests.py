"""Asking for payment: the request itself, its mail, and its link again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from config.kernel.prepared import insert
from orders.models import Message, Tab, User
from orders.rules.addresses import masked
from orders.selectors import bills
from orders.selectors.bills import Bill
from orders.services import history, links, mail_stops, messages, tabs
from payments import emails
from payments.models import PaymentRequest
from payments.rules.request_states import RequestState
from payments.selectors import balances
from payments.selectors.balances import Standing

PAY_PATH: Final = "/p/[token]/"


class NotOwing(DomainError):
    """The tab is not waiting for money."""

    code = "not_owing"


class NoAddress(DomainError):
    """Nobody gave an email address for this tab."""

    code = "no_address"


def ask(*, tab: Tab, bill: Bill, now: datetime, by_mail: bool = True) -> PaymentRequest:
    """Ask for a tab that was just closed; by mail where there is an address, unless told not to.

    The caller holds the tab's lock.
    """
    email = tab.customer.email if tab.customer else ""
    request = put_request(tab=tab, email=email, now=now)
    if email and by_mail:
        nothing_paid = Standing.of_fresh_request(request.amount)
        key = f"request:{request.id}"
        _write_mail(
            request, bill=bill, standing=nothing_paid, source_key=key, now=now, may_repeat=False
        )
        history.record(tab_id=tab.id, kind="link_sent", at=now, email=masked(email))
    return request


def put_request(*, tab: Tab, email: str, now: datetime) -> PaymentRequest:
    """Write down what is asked for, and tell nobody. The caller holds the tab's lock."""
    assert tab.due_at is not None, "closing sets the pay-by date"
    request = PaymentRequest(
        tab=tab,
        amount_minor=tab.total_minor,
        currency=tab.currency,
        due_at=tab.due_at,
        email=email,
        created_at=now,
    )
    insert(request)
    return request


def ensure_owing(tab: Tab) -> None:
    """:raises NotOwing: the tab is open, settled or void."""
    if not tab.is_owing:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))


@transaction.atomic
def resend_link(*, tab_id: UUID, by: User, now: datetime, email: str = "") -> Message:
    """Send the link again, to another address if one is given; the old link keeps working.

    :raises NotOwing: the tab is open, settled or void.
    :raises NoAddress: there is no address to send it to.
    """
    request = _live_request(tab_id)
    if email:
        tab = tabs.set_guest(tab_id=tab_id, by=by, now=now, email=email)
        request.email = tab.customer.email if tab.customer else ""
        request.save(update_fields=["email"])
    if not request.email:
        raise NoAddress(gettext_noop("There is no email address on this tab yet."))
    messages.withdraw_reminders(tab_id=tab_id)
    bill = bills.get_bill(tab_id=tab_id)
    mail_stops.try_again(venue=bill.venue, email=request.email, now=now)
    sent_before = Message.objects.filter(tab_id=tab_id, kind=emails.PAYMENT_LINK).count()
    history.record(tab_id=tab_id, kind="link_sent", at=now, by=by, email=masked(request.email))
    return _write_mail(
        request,
        bill=bill,
        standing=balances.get_standing(bill.tab),
        source_key=f"request:{request.id}:again:{sent_before}",
        now=now,
    )


@transaction.atomic
def send_to_guest(*, tab_id: UUID, now: datetime) -> int:
    """Send the link again because the guest asks, to the address it went to; how many mails.

    At most one an hour, however often somebody asks.

    :raises NotOwing: the tab is open, settled or void.
    """
    request = _live_request(tab_id)
    if not request.email:
        return 0
    bill = bills.get_bill(tab_id=tab_id)
    _write_mail(
        request,
        bill=bill,
        standing=balances.get_standing(bill.tab),
        source_key=f"request:{request.id}:fresh:{now:%Y%m%d%H}",
        now=now,
    )
    return 1


@transaction.atomic
def copy_link(*, tab_id: UUID, by: User, now: datetime) -> str:
    """One more token for the live request, to show or to paste. Told once, never stored.

    :raises NotOwing: the tab is open, settled or void.
    """
    _live_request(tab_id)
    history.record(tab_id=tab_id, kind="link_copied", at=now, by=by)
    return links.mint(tab_id=tab_id, now=now)


@transaction.atomic
def open_own_bill(*, tab_id: UUID, now: datetime) -> str:
    """A token for the guest whose browser has claimed the tab and wants to pay.

    :raises NotOwing: the tab is open, settled or void.
    """
    _live_request(tab_id)
    return links.mint(tab_id=tab_id, now=now)


def end_live_request(*, tab_id: UUID, state: RequestState) -> None:
    """The request no longer stands: the tab was reopened or voided."""
    PaymentRequest.objects.filter(tab_id=tab_id, state=RequestState.PENDING).update(state=state)


def _live_request(tab_id: UUID) -> PaymentRequest:
    Tab.objects.lock(tab_id)
    request = PaymentRequest.objects.filter(tab_id=tab_id, state=RequestState.PENDING).first()
    if request is None:
        raise NotOwing(gettext_noop("This tab is not waiting for a payment."))
    return request


def _write_mail(
    request: PaymentRequest,
    *,
    bill: Bill,
    standing: Standing,
    source_key: str,
    now: datetime,
    may_repeat: bool = True,
) -> Message:
    mail = emails.payment_link(request=request, bill=bill, standing=standing)
    return messages.write(
        venue=bill.venue,
        tab=bill.tab,
        kind=emails.PAYMENT_LINK,
        source_key=source_key,
        to=request.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        link_path=PAY_PATH,
        now=now,
        may_repeat=may_repeat,
    )
