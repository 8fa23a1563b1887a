"""Giving money back from the review pages: shown first, with a reason, and once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from config.kernel import clock
from config.kernel.money import Money
from payments.models import Payment, Refund
from payments.rules.refund_states import RefundState
from payments.selectors import balances
from tests import fakes
from tests.integration.payments.admin.conftest import reviewer
from tests.integration.payments.conftest import LATER

pytestmark = pytest.mark.django_db
PAYMENTS = reverse("admin:payments_payment_changelist")
OVERPAID = reverse("admin:payments_overpaidtab_changelist")


@pytest.fixture(autouse=True)
def later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def payment(both):
    """Twenty euros that no bank disputes, and that nothing went back of."""
    return Payment.objects.get(tab__venue=both[0], disputes=None, refunds=None)


@pytest.fixture
def overpaid(both):
    """Twenty euros too much, whose way back has failed."""
    Refund.objects.update(state=RefundState.FAILED)
    return Refund.objects.get(tab__venue=both[0]).tab


def asked(row, **more):
    return {"action": "give_back", "_selected_action": [row.pk]} | more


def confirmed(row, **more):
    words = {"confirmed": "yes", "reason": "Cold coffee", "request_key": "press"}
    return asked(row, **(words | more))


def test_what_would_go_back_is_shown_first(payment, niamh):
    answer = reviewer(niamh).post(PAYMENTS, asked(payment))

    text = answer.content.decode()
    assert "€20.00" in text
    assert "visa ···· 4242" in text
    assert fakes.BOOK.given_back == []


def test_without_a_reason_nothing_goes_back(payment, niamh):
    answer = reviewer(niamh).post(PAYMENTS, confirmed(payment, reason=" "))

    assert answer.status_code == 422
    assert "Say why; the guest can read it too." in answer.content.decode()
    assert fakes.BOOK.given_back == []


def test_pressed_twice_it_goes_back_once(payment, niamh):
    client = reviewer(niamh)

    answers = [client.post(PAYMENTS, confirmed(payment), follow=True) for _press in range(2)]

    assert "€20.00 is on its way back." in answers[0].content.decode()
    assert fakes.BOOK.given_back == [Money(2000, "EUR")]
    assert Refund.objects.get(payment=payment).requested_by == niamh


def test_a_payment_of_another_venue_cannot_be_given_back(both, niamh):
    foreign = Payment.objects.filter(tab__venue=both[1]).first()

    reviewer(niamh).post(PAYMENTS, confirmed(foreign))

    assert fakes.BOOK.given_back == []


def test_the_excess_of_a_tab_goes_back_and_no_more(overpaid, niamh):
    client = reviewer(niamh)
    preview = client.post(OVERPAID, asked(overpaid)).content.decode()

    answers = [client.post(OVERPAID, confirmed(overpaid), follow=True) for _press in range(2)]

    assert "€20.00" in preview
    assert "€20.00 is on its way back." in answers[0].content.decode()
    assert fakes.BOOK.given_back == [Money(2000, "EUR")]
    assert balances.get_standing(overpaid).balance.is_zero
    assert overpaid.pk not in {row.pk for row in client.get(OVERPAID).context["cl"].result_list}


def test_what_is_on_its_way_already_is_nothing_to_give_back(both, niamh):
    tab = Refund.objects.get(tab__venue=both[0]).tab

    preview = reviewer(niamh).post(OVERPAID, asked(tab)).content.decode()
    answer = reviewer(niamh).post(OVERPAID, confirmed(tab), follow=True)

    assert "nothing: there is nothing left of it" in preview
    assert "Nothing is left to give back on this tab." in answer.content.decode()
    assert fakes.BOOK.given_back == []
