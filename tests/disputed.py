"""A payment that a bank has taken back, for tests of whatever comes after it."""

from __future__ import annotations

from datetime import timedelta

from config.kernel.money import Money
from payments.models import Dispute, Payment
from payments.rules.allocation import Choice, PayMode
from payments.services import accounts, checkout, closing, disputes
from payments.services.checkout import Wish
from tests import fakes
from tests.factories import EVENING
from tests.fakes.disputes import open_dispute

SOON = EVENING + timedelta(minutes=5)


def pay_by_card(tab, by, *, email="donal@example.org", tip=0) -> Payment:
    """The tab is closed, its link was followed, and all of it was paid on Stripe's page."""
    closed = closing.close_and_request(tab_id=tab.id, by=by, now=EVENING, email=email).tab
    wish = Wish(
        choice=Choice(mode=PayMode.ALL),
        tip=Money(tip, tab.currency),
        shown=closed.total + Money(tip, tab.currency),
        payer_digest="first",
        payer_email="",
        return_url="https://a.example/{attempt}/",
        back_url="https://a.example/{attempt}/",
        locale="en",
    )
    attempt = checkout.open_page(tab_id=tab.id, wish=wish, now=SOON)
    assert attempt.session_id is not None
    fakes.BOOK.pay(attempt.session_id, email=email, at=SOON)
    checkout.refresh(attempt_id=attempt.id, now=SOON)
    return Payment.objects.get(attempt=attempt)


def dispute(payment, *, at=SOON, reason="fraudulent", inquiry=False) -> Dispute:
    """The bank takes the payment back, or asks, and we hear of it."""
    name = open_dispute(fakes.BOOK, payment.intent_id, at=at, reason=reason, inquiry=inquiry)
    account = accounts.house_account()
    return disputes.apply_dispute(fakes.BOOK.disputes[name], account=account, now=at)
