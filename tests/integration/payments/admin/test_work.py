"""Views of work: tabs that owe, by age; overpaid ones; events tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from config.kernel import clock
from config.kernel.written_money import NO_BREAK
from orders.models import Tab
from payments.gateway.errors import OutcomeUnknown
from payments.models import InboxEvent
from payments.rules.inbox_states import InboxState
from tests.integration.payments.admin.conftest import reviewer

pytestmark = pytest.mark.django_db
OWING = "admin:payments_owingtab_changelist"
EVENTS = "admin:payments_unhandledevent_changelist"


def owing_tab(venue):
    return venue.tabs.owing().exclude(customer__email__startswith="late").get()


def due(tab, days_ago, monkeypatch):
    """As many days after the pay-by date, and a minute."""
    at = tab.due_at + timedelta(days=days_ago, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.mark.parametrize(
    "case",
    [
        (-1, "not_due", "Not due"),
        (0, "1-3", "1–3 days"),
        (2, "1-3", "1–3 days"),
        (3, "4-7", "4–7 days"),
        (7, "8-14", "8–14 days"),
        (14, "15-30", "15–30 days"),
        (30, "over_30", "Over 30 days"),
    ],
)
def test_a_tab_stands_in_the_bucket_of_its_age(both, niamh, monkeypatch, case):
    days_ago, age, name = case
    tab = owing_tab(both[0])
    client = reviewer(niamh)
    due(tab, days_ago, monkeypatch)

    found = {
        each: [
            row.pk for row in client.get(reverse(OWING), {"age": each}).context["cl"].result_list
        ]
        for each in ("not_due", "1-3", "4-7", "8-14", "15-30", "over_30")
    }

    assert [each for each, rows in found.items() if tab.pk in rows] == [age]
    shown = client.get(reverse(OWING), {"age": age}).content.decode()
    assert f">{name.replace(' ', NO_BREAK)}<" in shown


def test_an_owing_tab_shows_what_is_left_and_leads_on(both, niamh):
    tab = owing_tab(both[0])

    shown = reviewer(niamh).get(reverse(OWING)).content.decode()

    assert "€20.00" in shown
    assert "owing0@example.org" in shown
    assert reverse("tabs:detail", args=[tab.venue.slug, tab.pk]) in shown
    for model in ("payment", "counterpayment", "ledgerentry"):
        address = reverse(f"admin:payments_{model}_changelist")
        assert f"{address}?tab__id={tab.pk}" in shown
        assert reviewer(niamh).get(address, {"tab__id": tab.pk}).status_code == 200


@pytest.mark.parametrize("words", ["owing0@example", "Donal", "3"])
def test_a_tab_is_found_by_guest_address_or_number(both, niamh, words):
    tab = owing_tab(both[0])
    Tab.objects.filter(pk=tab.pk).update(number=3_000 if words != "3" else tab.number)
    words = str(tab.number) if words == "3" else words

    found = reviewer(niamh).get(reverse(OWING), {"q": words}).context["cl"].result_list

    assert tab.pk in [row.pk for row in found]


def test_an_overpaid_tab_says_by_how_much(both, niamh):
    shown = reviewer(niamh).get(reverse("admin:payments_overpaidtab_changelist"))

    rows = shown.context["cl"].result_list
    assert [row.left_minor for row in rows] == [-2000]
    assert "€20.00" in shown.content.decode()


def test_an_event_tried_again_is_made_sense_of(both, niamh):
    client = reviewer(niamh)
    event = client.get(reverse(EVENTS)).context["cl"].result_list[0]

    answer = client.post(
        reverse(EVENTS), {"action": "retry_now", "_selected_action": [event.pk]}, follow=True
    )

    assert [str(each) for each in answer.context["messages"]] == [
        f"{event.event_id}: made sense of."
    ]
    assert InboxEvent.objects.get(pk=event.pk).state == InboxState.DONE


def test_an_event_that_fails_again_says_why(both, niamh, book):
    client = reviewer(niamh)
    event = client.get(reverse(EVENTS)).context["cl"].result_list[0]
    book.fail_before.append(OutcomeUnknown("Stripe is away"))

    answer = client.post(
        reverse(EVENTS), {"action": "retry_now", "_selected_action": [event.pk]}, follow=True
    )

    assert "OutcomeUnknown" in str(next(iter(answer.context["messages"])))
    assert InboxEvent.objects.get(pk=event.pk).state == InboxState.FAILED


def test_an_event_nobody_knows_is_for_root_only(both, niamh, root):
    InboxEvent.objects.filter(state=InboxState.FAILED).update(object_id="cs_of_somebody")

    assert not reviewer(niamh).get(reverse(EVENTS)).context["cl"].result_list
    assert len(reviewer(root).get(reverse(EVENTS)).context["cl"].result_list) == 2
