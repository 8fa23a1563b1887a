"""Correcting guests on file, and making one entry of two."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps

from orders.models import Customer, CustomerEvent, Tab
from orders.models.history import HistoryIsAppendOnly
from orders.rules.addresses import PhoneUnclear
from orders.rules.roles import NotAllowed, Role
from orders.rules.texts import TextTooLong
from orders.selectors import customers as on_file
from orders.services import customer_merges, customers
from orders.services import tabs as services
from orders.services.customer_merges import GOES_ALONG, STAYS, CustomerUnknown, SamePerson
from orders.services.customers import (
    AddressTaken,
    CustomerMerged,
    CustomerUnclear,
    EmailUnclear,
)
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db
LATER = EVENING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_broker(heard_facts):
    """Facts are heard here and nobody is nudged."""


def put_on_file(venue, name="", email="", phone="", note=""):
    return Customer.objects.create(
        venue=venue, name=name, email=email, phone=phone, note=note, created_at=EVENING
    )


@pytest.fixture
def aoife(larkspur):
    """Aoife left her private address."""
    return put_on_file(larkspur, "Aoife Byrne", "aoife@byrne.example", note="Oat milk")


@pytest.fixture
def work(larkspur):
    """Aoife again, from work, with a number."""
    return put_on_file(larkspur, "A. Byrne", "a.byrne@firm.example", "+35316771234", "Window seat")


@pytest.fixture
def edit(aoife, ada):
    """Ada corrects Aoife's entry; what is not named stays."""

    def correct(**typed):
        kept = {"name": aoife.name, "email": aoife.email, "phone": "", "note": aoife.note}
        return customers.edit(customer=aoife, by=ada, now=LATER, **(kept | typed))

    return correct


@pytest.fixture
def merge(larkspur, niamh):
    """Niamh makes one entry of two."""

    def make_one(kept, gone, *, venue=larkspur, by=niamh, role=Role.MANAGER):
        return customer_merges.merge(
            venue=venue, kept_id=kept.id, gone_id=gone.id, by=by, role=role, now=LATER
        )

    return make_one


def test_every_column_that_names_a_customer_has_its_place_in_a_merge():
    found = {
        f"{field.model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Customer
    }

    assert found == GOES_ALONG | STAYS, "A merge must know what to do with each of these columns."
    assert not GOES_ALONG & STAYS


# --- Correcting ----------------------------------------------------------------------------------
def test_an_entry_is_corrected_and_what_was_there_is_written_down(edit, aoife, ada, larkspur):
    version = larkspur.board_version

    edit(name="Aoife  Burke", phone="01 677 1234", note="Oat milk\nNo nuts")

    aoife.refresh_from_db()
    larkspur.refresh_from_db()
    assert (aoife.name, aoife.phone, aoife.note) == (
        "Aoife Burke",
        "+35316771234",
        "Oat milk\nNo nuts",
    )
    event = CustomerEvent.objects.get(customer=aoife)
    assert (event.kind, event.by, event.at) == ("edited", ada, LATER)
    assert event.data == {"before": {"name": "Aoife Byrne", "phone": "", "note": "Oat milk"}}
    assert larkspur.board_version == version + 1


def test_nothing_changed_is_nothing_written(edit):
    edit()

    assert not CustomerEvent.objects.exists()


def test_a_corrected_entry_is_found_by_its_new_name_only(edit, larkspur, aoife):
    edit(name="Séan Ó Briain")

    assert list(on_file.search(venue=larkspur, words="sean o bri")) == [aoife]
    assert list(on_file.search(venue=larkspur, words="SÉAN")) == [aoife]
    assert list(on_file.search(venue=larkspur, words="Byrne")) == [aoife]  # Her address has it.
    assert list(on_file.search(venue=larkspur, words="Aoife Byrne")) == []


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"email": "aoife"}, EmailUnclear),
        ({"email": "a@b.example\nBcc: c@d.example"}, EmailUnclear),
        ({"phone": "12"}, PhoneUnclear),
        ({"name": "x" * 81}, TextTooLong),
        ({"note": "x" * 501}, TextTooLong),
        ({"name": "", "email": ""}, CustomerUnclear),
        ({"email": "A.Byrne@firm.example"}, AddressTaken),
        ({"phone": "01 677 1234"}, AddressTaken),
    ],
)
def test_what_cannot_be_kept_is_refused(edit, aoife, work, typed, refusal):
    with pytest.raises(refusal):
        edit(**typed)

    aoife.refresh_from_db()
    assert (aoife.name, aoife.email, aoife.phone) == ("Aoife Byrne", "aoife@byrne.example", "")
    assert not CustomerEvent.objects.exists()


def test_an_address_on_file_elsewhere_is_free_here(edit, aoife, odile):
    put_on_file(odile, email="elsewhere@byrne.example")

    assert edit(email="elsewhere@byrne.example").email == "elsewhere@byrne.example"


# --- Merging -------------------------------------------------------------------------------------
def test_tabs_go_along_and_what_was_missing_is_taken_over(
    merge, aoife, work, larkspur, ada, niamh, scone
):
    first = factories.make_tab(larkspur, ada, scone, customer=work)
    second = factories.make_tab(larkspur, ada, scone, customer=aoife)
    version = type(larkspur).objects.get(id=larkspur.id).board_version

    kept = merge(aoife, work)

    assert kept == aoife
    assert set(Tab.objects.filter(customer=aoife)) == {first, second}
    aoife.refresh_from_db()
    work.refresh_from_db()
    assert (aoife.name, aoife.email, aoife.phone) == (
        "Aoife Byrne",
        "aoife@byrne.example",
        "+35316771234",
    )
    assert aoife.note == "Oat milk\nWindow seat"
    assert (work.merged_into, work.email, work.phone) == (aoife, "", "")
    larkspur.refresh_from_db()
    assert larkspur.board_version == version + 1
    event = CustomerEvent.objects.get(kind="merged")
    assert (event.customer, event.by, event.at) == (aoife, niamh, LATER)
    assert event.data == {
        "gone": str(work.id),
        "was": {
            "name": "A. Byrne",
            "email": "a.byrne@firm.example",
            "phone": "+35316771234",
            "note": "Window seat",
        },
        "took": {"phone": "+35316771234"},
        "moved": {"orders.Tab.customer": 1, "orders.Customer.merged_into": 0},
    }
    with pytest.raises(HistoryIsAppendOnly):
        event.save()


def test_a_preview_tells_what_a_merge_then_does(aoife, work, larkspur, ada, merge):
    factories.make_tab(larkspur, ada, customer=work)

    preview = customer_merges.preview(kept=aoife, gone=work)

    assert preview.tabs == 1
    assert preview.fills == {"phone": "+35316771234"}
    assert preview.drops == {"name": "A. Byrne", "email": "a.byrne@firm.example"}
    assert not CustomerEvent.objects.exists()
    kept = merge(aoife, work)
    assert kept.note == preview.note


def test_who_was_merged_is_neither_found_nor_listed(merge, aoife, work, larkspur):
    merge(aoife, work)

    assert list(on_file.search(venue=larkspur, words="byrne")) == [aoife]
    assert list(on_file.list_newest(venue=larkspur)) == [aoife]
    assert on_file.find(venue=larkspur, email="a.byrne@firm.example") is None
    assert on_file.find(venue=larkspur, phone="+35316771234") == aoife


def test_the_same_merge_again_changes_nothing(merge, aoife, work):
    merge(aoife, work)

    assert merge(aoife, work) == aoife
    assert CustomerEvent.objects.filter(kind="merged").count() == 1


def test_one_merge_after_the_other_leaves_one_signpost(merge, aoife, work, larkspur, ada):
    third = put_on_file(larkspur, "Aoife B.", "third@byrne.example")
    tab = factories.make_tab(larkspur, ada, customer=third)

    merge(work, third)
    merge(aoife, work)

    third.refresh_from_db()
    tab.refresh_from_db()
    assert (third.merged_into, tab.customer) == (aoife, aoife)


def test_settled_tabs_make_a_regular_of_whoever_is_kept(merge, aoife, work, larkspur, ada, scone):
    before = factories.make_tab(larkspur, ada, scone, customer=work)
    services.close_tab(tab_id=before.id, by=ada, now=EVENING)
    services.mark_settled(tab_id=before.id, now=EVENING)

    merge(aoife, work)

    assert on_file.is_regular(tab=factories.make_tab(larkspur, ada, customer=aoife))


def test_merging_is_refused_where_it_makes_no_sense(merge, aoife, work, larkspur, odile):
    theirs = put_on_file(odile, "Aoife", "aoife@byrne.example")

    with pytest.raises(SamePerson):
        merge(aoife, aoife)
    for kept, gone, venue in ((aoife, theirs, larkspur), (theirs, aoife, larkspur)):
        with pytest.raises(CustomerUnknown):
            merge(kept, gone, venue=venue)
    with pytest.raises(CustomerUnknown):
        merge(aoife, Customer(id=uuid4()))
    merge(work, aoife)
    third = put_on_file(larkspur, "Third", "third@byrne.example")
    for kept, gone in ((aoife, third), (third, aoife), (aoife, work)):
        with pytest.raises(CustomerMerged):
            merge(kept, gone)
    theirs.refresh_from_db()
    assert theirs.merged_into is None


def test_merging_is_for_managers(merge, aoife, work, ada):
    with pytest.raises(NotAllowed):
        merge(aoife, work, by=ada, role=Role.STAFF)

    work.refresh_from_db()
    assert work.merged_into is None


def test_who_was_merged_cannot_be_corrected(merge, aoife, work, ada):
    merge(aoife, work)

    with pytest.raises(CustomerMerged):
        customers.edit(
            customer=work, by=ada, now=LATER, name="X", email="x@y.example", phone="", note=""
        )


def test_notes_that_do_not_fit_are_cut_and_kept_whole_in_the_record(merge, larkspur):
    full = put_on_file(larkspur, "A", "a@b.example", note="a" * 400)
    other = put_on_file(larkspur, "B", "b@b.example", note="b" * 400)

    kept = merge(full, other)

    assert kept.note == "a" * 400 + "\n" + "b" * 99
    assert CustomerEvent.objects.get().data["was"]["note"] == "b" * 400
