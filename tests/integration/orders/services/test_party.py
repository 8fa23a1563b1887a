from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Customer, TabEvent
from orders.rules.addresses import PhoneUnclear
from orders.rules.tab_states import IllegalMove, TabNotOpen
from orders.rules.texts import TextTooLong
from orders.services import customers, tabs, tokens
from orders.services.cards import TokenInUse, TokenLost, TokenUnknown
from orders.services.customers import AddressTaken, EmailUnclear
from orders.services.party import AddressGiven, GuestsCountUnclear
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(minutes=10)


@pytest.fixture
def set_guest(tab):
    """Says who the guest of the tab is; by the guest, unless told otherwise."""

    def make(by=None, **facts):
        return tabs.set_guest(tab_id=tab.id, by=by, now=LATER, **facts)

    return make


@pytest.fixture
def donal(larkspur):
    """Dónal is on file, with a number too."""
    return Customer.objects.create(
        venue=larkspur,
        name="Dónal",
        email="donal@keane.example",
        phone="+35316771234",
        created_at=EVENING,
    )


def test_a_guest_leaves_an_address_once(set_guest, ada):
    tab = set_guest(email=" Aoife@Byrne.example ", name="Aoife")

    assert (tab.customer.email, tab.customer.name) == ("aoife@byrne.example", "Aoife")
    assert set_guest(email="aoife@byrne.example").customer == tab.customer
    with pytest.raises(AddressGiven):
        set_guest(email="other@byrne.example")
    assert set_guest(by=ada, email="other@byrne.example").customer.email == "other@byrne.example"


def test_history_and_board_hear_of_it_without_the_address(set_guest, tab, larkspur):
    before = type(larkspur).objects.get(id=larkspur.id).board_version

    set_guest(email="aoife@byrne.example")

    event = TabEvent.objects.get(tab=tab, kind="guest_set")
    larkspur.refresh_from_db()
    assert event.data == {"email": "a•••@byrne.example"}
    assert (event.by, event.actor) == (None, "guest")
    assert larkspur.board_version == before + 1


def test_staff_know_better_what_a_guest_is_called(set_guest, ada, donal):
    set_guest(by=ada, email="donal@keane.example")

    tab = set_guest(by=ada, name="Dónal Keane")

    assert tab.who == tab.customer.name == "Dónal Keane"


def test_a_guest_put_on_file_in_the_meantime_is_found(larkspur, donal):
    # What a second request does that looked before the first one had stored him.
    found = customers._create(
        venue=larkspur, name="", email="donal@keane.example", phone="", now=EVENING
    )

    assert found == donal


def test_a_guest_cannot_change_what_is_on_file_about_a_regular(set_guest, donal):
    donal.name = donal.phone = ""
    donal.save()

    tab = set_guest(email="donal@keane.example", name="Mallory")

    donal.refresh_from_db()
    assert tab.customer == donal
    assert (donal.name, tab.guest_name) == ("", "Mallory")


def test_staff_fill_in_what_was_missing_on_file(set_guest, ada, donal):
    donal.name = donal.phone = ""
    donal.save()

    set_guest(by=ada, name="Dónal Keane", email="donal@keane.example")
    set_guest(by=ada, phone="01 677 1234")

    donal.refresh_from_db()
    assert (donal.name, donal.phone) == ("Dónal Keane", "+35316771234")


def test_staff_correct_the_address_of_a_guest_of_this_tab_only(set_guest, ada):
    first = set_guest(by=ada, email="aoife@byrn.example").customer

    corrected = set_guest(by=ada, email="aoife@byrne.example").customer

    assert corrected == first
    assert Customer.objects.get().email == "aoife@byrne.example"


def test_a_regulars_other_tabs_keep_their_address(set_guest, larkspur, ada, donal):
    factories.make_tab(larkspur, ada, customer=donal)
    set_guest(by=ada, email="donal@keane.example")

    tab = set_guest(by=ada, email="partner@keane.example")

    donal.refresh_from_db()
    assert tab.customer != donal
    assert (tab.customer.name, tab.customer.email) == ("Dónal", "partner@keane.example")
    assert donal.email == "donal@keane.example"


def test_a_corrected_address_that_is_on_file_is_that_person(set_guest, ada, donal):
    set_guest(by=ada, email="aoife@byrne.example")

    assert set_guest(by=ada, email="donal@keane.example").customer == donal


def test_a_number_alone_puts_a_guest_on_file_once(set_guest, ada):
    tab = set_guest(phone="01 677 1234", name="Aoife")

    assert tab.customer.phone == "+35316771234"
    with pytest.raises(AddressGiven):
        set_guest(phone="01 677 9999")
    assert set_guest(by=ada, phone="01 677 9999").customer.phone == "+35316779999"


def test_a_number_of_somebody_else_is_refused(set_guest, ada, donal):
    set_guest(by=ada, email="aoife@byrne.example")

    with pytest.raises(AddressTaken):
        set_guest(by=ada, phone="01 677 1234")


def test_an_address_joins_the_number_that_is_there(set_guest):
    first = set_guest(phone="01 677 1234").customer

    tab = set_guest(email="aoife@byrne.example")

    assert tab.customer == first
    assert Customer.objects.get().email == "aoife@byrne.example"


def test_address_and_number_of_two_people_are_refused_at_opening(larkspur, ada, donal):
    Customer.objects.create(venue=larkspur, email="aoife@byrne.example", created_at=EVENING)

    with pytest.raises(AddressTaken):
        tabs.open_tab(
            venue=larkspur,
            by=ada,
            now=EVENING,
            email="aoife@byrne.example",
            phone="01 677 1234",
        )


def test_the_same_address_elsewhere_is_another_guest(odile, donal):
    other = customers.find_or_create(
        venue=odile, name="", email="donal@keane.example", phone="", now=EVENING
    )

    assert other != donal


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"email": "aoife@"}, EmailUnclear),
        ({"phone": "12"}, PhoneUnclear),
        ({"name": "x" * 81}, TextTooLong),
    ],
)
def test_what_cannot_be_kept_about_a_guest_is_refused(set_guest, tab, facts, refusal):
    with pytest.raises(refusal):
        set_guest(**({"name": "Aoife"} | facts))

    tab.refresh_from_db()
    assert (tab.guest_name, tab.customer) == ("", None)


def test_nothing_about_a_settled_tab_changes(set_guest, tab, ada):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
    assert set_guest(email="aoife@byrne.example").customer is not None
    tabs.mark_settled(tab_id=tab.id, now=LATER)

    with pytest.raises(IllegalMove):
        set_guest(by=ada, name="Aoife")
    with pytest.raises(IllegalMove):
        tabs.set_label(tab_id=tab.id, by=ada, now=LATER, label="Bar", guests_count=None)


def test_a_party_can_move_and_grow(tab, ada):
    moved = tabs.set_label(tab_id=tab.id, by=ada, now=LATER, label=" Window ", guests_count=3)

    moved.refresh_from_db()
    assert (moved.label, moved.guests_count) == ("Window", 3)
    event = TabEvent.objects.get(tab=tab, kind="label_set")
    assert event.data == {"label": "Window", "guests_count": 3}


@pytest.mark.parametrize(
    ("label", "count", "refusal"), [("x" * 61, 1, TextTooLong), ("Bar", 0, GuestsCountUnclear)]
)
def test_places_and_parties_have_bounds(*, tab, ada, label, count, refusal):
    with pytest.raises(refusal):
        tabs.set_label(tab_id=tab.id, by=ada, now=LATER, label=label, guests_count=count)


@pytest.fixture
def change_card(tab, ada, mint):
    def make(code):
        return tabs.change_card(tab_id=tab.id, by=ada, now=LATER, token_code=code)

    return make


def test_a_tab_can_take_another_card_or_none(change_card, tab):
    codes = [change_card(code).token_code for code in ("mint 1", "PLUM-02", "")]

    tab.refresh_from_db()
    assert codes == ["MINT-01", "PLUM-02", ""]
    assert tab.token_card is None
    changes = TabEvent.objects.filter(tab=tab, kind="card_changed").order_by("id")
    assert [event.data["card"] for event in changes] == codes


def test_a_card_that_cannot_be_handed_out_changes_nothing(change_card, larkspur, ada, tab, mint):
    factories.make_tab(larkspur, ada, token_code="PLUM-02", label="Bar")
    tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING)

    for code, refusal in [
        ("PLUM-02", TokenInUse),
        ("MINT-01", TokenLost),
        ("FIG-09", TokenUnknown),
    ]:
        with pytest.raises(refusal):
            change_card(code)

    tab.refresh_from_db()
    assert tab.token_code == ""


def test_the_bill_is_asked_for_once(tab):
    for minute in (1, 2):
        tabs.ask_for_bill(tab_id=tab.id, now=EVENING + timedelta(minutes=minute))

    tab.refresh_from_db()
    assert tab.bill_asked_at == EVENING + timedelta(minutes=1)
    assert TabEvent.objects.filter(tab=tab, kind="bill_asked", actor="guest").count() == 1


def test_a_closed_tab_takes_no_card_and_brings_no_bill(change_card, tab, ada):
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)

    with pytest.raises(TabNotOpen):
        change_card("MINT-01")
    with pytest.raises(TabNotOpen):
        tabs.ask_for_bill(tab_id=tab.id, now=LATER)
