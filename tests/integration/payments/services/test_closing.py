"""Closing: frozen, booked, asked for and in the outbox, all in one transaction or not at all."""

from __future__ import annotations

import pytest
from celery.app.task import Task
from kombu.exceptions import OperationalError

from config.kernel.money import Money
from orders.models import CatalogueItem, Category, GuestLink, Message, Tab, TaxRate
from orders.rules.messages import MessageState
from orders.rules.tab_states import IllegalMove
from orders.selectors.links import find_tab
from orders.services import lines, messages, tabs
from orders.services.lines import NewLine
from payments import emails
from payments.models import LedgerEntry, PaymentRequest
from payments.rules.accounts import Account
from payments.services import closing, requests
from payments.services.requests import NoAddress, NotOwing
from tests import factories
from tests.conftest import EVENING
from tests.integration.payments.conftest import SOON

pytestmark = pytest.mark.django_db


def test_what_is_owed_is_booked_by_sales_and_tax(larkspur, ada, open_tab):
    vat = TaxRate.objects.create(venue=larkspur, name="VAT", rate="23")
    category = Category.objects.create(venue=larkspur, name="Things to take home")
    mug = CatalogueItem.objects.create(
        venue=larkspur, category=category, name="Mug", price_minor=1230, tax_rate=vat
    )
    lines.add_lines(tab_id=open_tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=mug.id)])

    closing.close_and_request(tab_id=open_tab.id, by=ada, now=EVENING)

    entries = LedgerEntry.objects.filter(tab=open_tab)
    assert entries.balance_of(Account.RECEIVABLE, "EUR") == Money(3410, "EUR")
    assert -entries.balance_of(Account.TAX, "EUR") == Money(230, "EUR")
    assert -entries.balance_of(Account.SALES, "EUR") == Money(3180, "EUR")


def test_the_answer_carries_a_link_that_works(open_tab, ada):
    closed = closing.close_and_request(tab_id=open_tab.id, by=ada, now=EVENING)

    assert find_tab(token=closed.token, now=SOON) == open_tab
    assert closed.token not in str(GuestLink.objects.values())


def test_the_mail_waits_in_the_outbox_without_its_link(closed_tab):
    message = Message.objects.get(kind=emails.PAYMENT_LINK)

    assert message.to == "donal@example.org"
    assert message.state == MessageState.DUE
    assert "[link]" in message.html
    assert "/p/" not in message.html + message.text


def test_without_an_address_nothing_is_mailed_but_it_is_asked_for(open_tab, ada):
    closing.close_and_request(tab_id=open_tab.id, by=ada, now=EVENING)

    assert PaymentRequest.objects.get().email == ""
    assert Message.objects.count() == 0


def test_a_closed_tab_is_not_closed_again(closed_tab, ada):
    with pytest.raises(IllegalMove):
        closing.close_and_request(tab_id=closed_tab.id, by=ada, now=SOON)

    assert PaymentRequest.objects.count() == 1


def test_a_settled_tab_is_not_closed_again(closed_tab, ada):
    factories.take_cash(closed_tab, by=ada, minor=closed_tab.total_minor)
    booked = LedgerEntry.objects.count()

    with pytest.raises(IllegalMove):
        closing.close_and_request(tab_id=closed_tab.id, by=ada, now=SOON)

    closed_tab.refresh_from_db()
    assert closed_tab.is_settled
    assert LedgerEntry.objects.count() == booked


def test_an_empty_tab_asks_for_nothing(larkspur, ada):
    tab = tabs.open_tab(venue=larkspur, by=ada, now=EVENING)

    with pytest.raises(tabs.NothingToPay):
        closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)

    tab.refresh_from_db()
    assert tab.is_open
    assert LedgerEntry.objects.count() == 0


def test_a_failure_in_the_middle_leaves_the_tab_open(open_tab, ada, monkeypatch):
    def broken(**_context):
        raise RuntimeError("the mail could not be rendered")

    monkeypatch.setattr(emails, "payment_link", broken)

    with pytest.raises(RuntimeError):
        closing.close_and_request(
            tab_id=open_tab.id, by=ada, now=EVENING, email="donal@example.org"
        )

    assert Tab.objects.get(id=open_tab.id).is_open
    assert (LedgerEntry.objects.count(), PaymentRequest.objects.count()) == (0, 0)


def test_a_dead_broker_closes_the_tab_all_the_same_and_the_mail_goes_later(
    open_tab, ada, monkeypatch, django_capture_on_commit_callbacks, mailoutbox
):
    def unreachable(*_arguments, **_options):
        raise OperationalError("no broker")

    monkeypatch.setattr(Task, "apply_async", unreachable)

    with django_capture_on_commit_callbacks(execute=True):
        closed = closing.close_and_request(
            tab_id=open_tab.id, by=ada, now=EVENING, email="donal@example.org"
        )
    assert closed.tab.is_owing
    assert mailoutbox == []

    messages.send_due(now=SOON)

    assert [mail.to for mail in mailoutbox] == [["donal@example.org"]]


def test_sending_the_link_again_is_a_mail_of_its_own(closed_tab, ada):
    requests.resend_link(tab_id=closed_tab.id, by=ada, now=SOON)

    assert Message.objects.filter(kind=emails.PAYMENT_LINK).count() == 2


def test_the_link_goes_to_the_new_address(closed_tab, ada):
    requests.resend_link(tab_id=closed_tab.id, by=ada, now=SOON, email="aoife@example.ie")

    assert Message.objects.order_by("created_at").last().to == "aoife@example.ie"
    assert PaymentRequest.objects.get().email == "aoife@example.ie"


def test_a_link_without_an_address_is_refused(open_tab, ada):
    closing.close_and_request(tab_id=open_tab.id, by=ada, now=EVENING)

    with pytest.raises(NoAddress):
        requests.resend_link(tab_id=open_tab.id, by=ada, now=SOON)


@pytest.mark.parametrize("ask", [requests.resend_link, requests.copy_link])
def test_an_open_tab_has_no_link(open_tab, ada, ask):
    with pytest.raises(NotOwing):
        ask(tab_id=open_tab.id, by=ada, now=SOON)
