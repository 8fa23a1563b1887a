"""The bill on a guest's phone: what it shows in each state, and that it keeps up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from config.kernel import clock
from orders.models import TabEvent
from orders.services import lines, party, sending, tabs
from orders.services.lines import NewLine
from payments.rules.accounts import CounterMethod
from payments.services import closing, counter
from payments.services.counter import Taken
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
SOON = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """Doors read the clock; here it stands still. The list holds the present instant."""
    instants = [SOON]
    monkeypatch.setattr(clock, "now", lambda: instants[0])
    return instants


@pytest.fixture
def tab(larkspur, ada, scone):
    """Table 4: one scone; Dónal Keane said where his link should go."""
    return factories.make_tab(
        larkspur,
        ada,
        scone,
        label="Table 4",
        guest_name="Dónal Keane",
        email="donal@keane.example",
    )


@pytest.fixture
def phone(tab):
    """The phone that was let in."""
    phone = Client()
    phone.get(address_of(tab), follow=True)
    return phone


def address_of(tab):
    return f"/t/{tab.guest_key}/"


def see(phone, tab):
    return phone.get(address_of(tab)).content.decode()


def poll(phone, tab, version):
    return phone.get(f"{address_of(tab)}?v={version}", headers={"HX-Request": "true"})


def version_in(page):
    return re.search(r"\?v=([^\"]+)", page)[1]


def test_an_open_tab_asks_for_nothing(phone, tab):
    page = see(phone, tab)

    assert "Nothing to pay now" in page
    assert "Pay any time up to Saturday 7 March." in page
    assert "So far, VAT included" in page
    assert 'value="3.20">€3.20' in page
    assert "Open since 19:30" in page
    assert "I’m ready to pay" in page


def test_it_never_names_the_guest_or_the_whole_address(phone, tab):
    page = see(phone, tab)

    assert "d•••@keane.example" in page
    for secret in ("Dónal", "Keane", "donal@"):
        assert secret not in page.replace("d•••@keane.example", "")


def test_the_share_code_is_there_to_be_shown(phone, tab):
    assert f">{tab.share_code}</b>" in see(phone, tab)


def test_new_things_come_first_and_say_that_they_are_on_their_way(phone, tab, ada, scone):
    sending.mark_served(tab_id=tab.id, by=ada, now=SOON)
    lines.add_lines(
        tab_id=tab.id,
        by=ada,
        now=SOON,
        wanted=[NewLine(item_id=scone.id, quantity=2, note="warm, please")],
        sent=True,
    )

    page = see(phone, tab)

    assert page.index("Just added") < page.index("On its way") < page.index("Served")
    assert "warm, please" in page
    assert "€9.60" in page


def test_a_venue_without_a_bar_speaks_of_no_way(phone, tab, ada):
    tab.venue.sends_to_bar = False
    tab.venue.save()
    sending.send_lines(tab_id=tab.id, by=ada, now=SOON)

    assert "On its way" not in see(phone, tab)


def test_what_was_taken_off_stays_with_who_when_and_why(phone, tab, ada):
    sending.mark_served(tab_id=tab.id, by=ada, now=SOON)
    line = tab.lines.get()
    lines.void_line(tab_id=tab.id, line_id=line.id, by=ada, now=SOON, reason="Burnt <b>black</b>")

    page = see(phone, tab)

    assert "Taken off by Ada at 19:35: Burnt &lt;b&gt;black&lt;/b&gt;" in page
    assert "<s><data" in page
    assert "€0.00" in page


def test_an_empty_tab_says_what_will_come(ada, larkspur):
    tab = factories.make_tab(larkspur, ada)
    phone = Client()

    page = phone.get(address_of(tab), follow=True).content.decode()

    assert "What you order appears here by itself." in page


def test_nothing_is_sent_while_nothing_changed(phone, tab):
    assert poll(phone, tab, version_in(see(phone, tab))).status_code == 204


def test_a_change_comes_with_the_next_question(phone, tab, ada, scone):
    before = version_in(see(phone, tab))
    lines.add_lines(tab_id=tab.id, by=ada, now=SOON, wanted=[NewLine(item_id=scone.id)])

    news = poll(phone, tab, before)

    assert news.status_code == 200
    assert news.content.decode().lstrip().startswith('<div class="stack" id="live"')
    assert "€6.40" in news.content.decode()


def test_another_tabs_change_brings_nothing(phone, tab, ada, scone, larkspur):
    before = version_in(see(phone, tab))
    factories.make_tab(larkspur, ada, scone)

    assert poll(phone, tab, before).status_code == 204


@pytest.mark.parametrize("version", ["", "~", "abc", "1~0", "999999999999999999999", "%00"])
def test_a_version_nobody_gave_out_brings_the_bill(phone, tab, version):
    assert poll(phone, tab, version).status_code == 200


def test_ready_to_pay_is_told_to_the_team_once(phone, tab):
    for _press in range(2):
        answer = phone.post(f"{address_of(tab)}bill/", follow=True)

    assert "The team knows you’re ready" in answer.content.decode()
    assert "I’m ready to pay" not in answer.content.decode()
    assert TabEvent.objects.filter(tab=tab, kind="bill_asked").count() == 1


def test_ready_to_pay_a_moment_too_late_shows_what_there_is_to_pay(phone, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)

    answer = phone.post(f"{address_of(tab)}bill/", follow=True)

    assert "€3.20 to pay" in answer.content.decode()


def test_an_address_can_be_left_once(ada, larkspur, scone):
    tab = factories.make_tab(larkspur, ada, scone)
    phone = Client()
    before = phone.get(address_of(tab), follow=True).content.decode()

    after = phone.post(f"{address_of(tab)}email/", {"email": " Donal@Keane.example "}, follow=True)

    tab.refresh_from_db()
    assert "Where should we send your link?" in before
    assert "d•••@keane.example" in after.content.decode()
    assert tab.customer.email == "donal@keane.example"


@pytest.mark.parametrize("typed", ["", "donal", "donal@", "a@b\nBcc: c@d.example", "x" * 300])
def test_an_address_that_is_none_is_said_beside_the_field(ada, larkspur, scone, typed):
    tab = factories.make_tab(larkspur, ada, scone)
    phone = Client()
    phone.get(address_of(tab), follow=True)

    answer = phone.post(f"{address_of(tab)}email/", {"email": typed})

    tab.refresh_from_db()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert tab.customer is None


def test_a_closed_tab_says_the_sum_the_date_and_pay(phone, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)

    page = see(phone, tab)

    assert "€3.20 to pay" in page
    assert "Any time up to Saturday 7 March" in page
    assert "Left to pay, with €0.38 VAT" in page
    assert "Pay €3.20" in page


def test_a_tab_that_is_late_says_so_calmly(phone, tab, ada, present):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)
    present[0] = EVENING + timedelta(days=5)

    assert "This was due on Saturday 7 March. If something’s wrong, just tell us." in see(
        phone, tab
    )


def test_pay_leads_to_a_link_of_this_phones_own(phone, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)

    answer = phone.post(f"{address_of(tab)}payment/")
    page = phone.get(answer["Location"])

    assert answer.status_code == 303
    assert re.fullmatch(r"/p/[\w-]{43}/", answer["Location"])
    assert page.status_code == 200
    assert "Pay €3.20" in page.content.decode()


def test_pay_on_an_open_tab_leads_back(phone, tab):
    answer = phone.post(f"{address_of(tab)}payment/")

    assert answer["Location"] == address_of(tab)


def test_what_was_paid_at_the_counter_comes_off(phone, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)
    pay_at_counter(tab, ada, 120)

    page = see(phone, tab)

    assert "€2.00 to pay" in page
    assert "Already paid" in page
    assert "−€1.20" in page


def test_a_paid_tab_says_thank_you(phone, tab, ada):
    closing.close_and_request(tab_id=tab.id, by=ada, now=SOON)
    pay_at_counter(tab, ada, 320)

    page = see(phone, tab)

    assert "Paid, thank you" in page
    assert "Pay €" not in page
    assert tab.share_code not in page


def test_a_tab_that_was_called_off_says_so(phone, tab, ada):
    tabs.void_tab(tab_id=tab.id, by=ada, now=SOON, reason="Opened by mistake")

    assert "There is nothing to pay" in see(phone, tab)


def test_the_bills_forms_carry_their_proof(tab):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(address_of(tab), follow=True).content.decode()
    proof = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    answer = strict.post(f"{address_of(tab)}bill/", {"csrfmiddlewaretoken": proof})

    assert answer.status_code == 303


def test_looking_changes_nothing(phone, tab):
    before = list(TabEvent.objects.values_list("id", "kind"))

    see(phone, tab)
    phone.head(address_of(tab))

    assert list(TabEvent.objects.values_list("id", "kind")) == before


def test_the_page_is_for_one_browser_and_no_log(phone, tab):
    answer = phone.get(address_of(tab))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(
    phone, tab, scone, count, django_assert_num_queries
):
    wanted = [NewLine(item_id=scone.id)] * count
    lines.add_lines(tab_id=tab.id, by=tab.opened_by, now=SOON, wanted=wanted)

    with django_assert_num_queries(3):
        see(phone, tab)


def test_a_question_without_news_costs_two_statements(phone, tab, django_assert_num_queries):
    version = version_in(see(phone, tab))

    with django_assert_num_queries(2):
        poll(phone, tab, version)


def test_a_tab_without_a_card_shows_its_number(phone, tab):
    assert f"№ {tab.number}" in see(phone, tab)


def test_a_new_place_is_on_the_ticket(phone, tab, ada):
    before = version_in(see(phone, tab))
    party.set_label(tab_id=tab.id, by=ada, now=SOON, label="Terrace 2", guests_count=None)

    assert "Terrace 2" in poll(phone, tab, before).content.decode()


def pay_at_counter(tab, ada, minor):
    money = type(tab.total)
    taken = Taken(method=CounterMethod.CASH, amount=money(minor, "EUR"), tip=money(0, "EUR"))
    counter.record_counter_payment(
        tab_id=tab.id, by=ada, taken=taken, request_key=f"press-{minor}", now=SOON
    )
