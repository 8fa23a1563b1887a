"""Reads whose SQL is worked out once: they say what the query set says, with today's values."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Count, UUIDField
from django.db.transaction import TransactionManagementError

from config.kernel.prepared import Prepared, insert, insert_all
from orders.models import Message, Tab, TabEvent, Venue
from tests.factories import EVENING, make_tab, make_venue

TABS = Prepared(
    lambda place: (
        Tab.objects.filter(venue_id=place("venue_id", UUIDField()))
        .select_related("venue", "customer", "opened_by")
        .order_by("number")
    )
)


@pytest.mark.django_db
def test_each_time_it_is_asked_with_other_values(larkspur, ada, django_assert_num_queries):
    elsewhere = make_venue("Elsewhere")
    first = make_tab(larkspur, ada, email="donal@example.org")
    second = make_tab(larkspur, ada)

    with django_assert_num_queries(2):
        found = TABS.all(venue_id=larkspur.id)
        others = TABS.all(venue_id=elsewhere.id)
        names = [(tab.venue.name, tab.opened_by.name) for tab in found]
        guests = [tab.customer and tab.customer.email for tab in found]

    assert (found, others) == ([first, second], [])
    assert names == [(larkspur.name, "Ada")] * 2
    assert guests == ["donal@example.org", None]


@pytest.mark.django_db
def test_rows_are_as_django_reads_them(larkspur, ada):
    tab = make_tab(larkspur, ada)

    read = TABS.first(venue_id=larkspur.id)

    expected = Tab.objects.get(id=tab.id)
    for field in Tab._meta.concrete_fields:  # Django's public way to them.
        assert getattr(read, field.attname) == getattr(expected, field.attname), field.attname


@pytest.mark.django_db
def test_nobody_is_none(larkspur):
    by_slug = Prepared(lambda place: Venue.objects.filter(slug=place("slug", CharField())))

    assert by_slug.first(slug="nowhere") is None
    assert by_slug.first(slug=larkspur.slug) == larkspur


@pytest.mark.django_db
def test_values_come_as_rows(larkspur, ada):
    tab = make_tab(larkspur, ada)
    kinds = Prepared(
        lambda place: (
            TabEvent.objects.filter(tab_id=place("tab_id", UUIDField()))
            .values_list("kind")
            .annotate(Count("id"))
        )
    )

    assert list(kinds.rows(tab_id=tab.id)) == [("opened", 1)]
    assert list(kinds.rows(tab_id=uuid.uuid4())) == []


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only(larkspur, ada):
    tab = make_tab(larkspur, ada)

    with transaction.atomic():
        assert Tab.objects.lock(tab.id) == tab
    with pytest.raises(TransactionManagementError):
        Tab.objects.lock(tab.id)


@pytest.mark.django_db
def test_the_sql_is_worked_out_once(larkspur, monkeypatch):
    TABS.all(venue_id=larkspur.id)
    monkeypatch.setattr(TABS, "_build", None)

    assert TABS.all(venue_id=larkspur.id) == []
    assert connection.vendor in {"sqlite", "postgresql"}


@pytest.mark.django_db
def test_a_row_is_stored_as_save_would(larkspur, ada):
    """With a number of the database's, and with a key and values of its own."""
    tab = make_tab(larkspur, ada)
    event = TabEvent(tab=tab, kind="sent", by=ada, at=EVENING, data={"count": 1})
    message = Message(
        venue=larkspur, tab=tab, kind="k", source_key="x", due_at=EVENING, created_at=EVENING
    )

    insert(event)
    insert_all([message])
    insert_all([])

    assert event.pk
    for row in (event, message):
        read = type(row).objects.get(pk=row.pk)
        for field in row._meta.concrete_fields:
            assert getattr(read, field.attname) == getattr(row, field.attname), field.attname
        assert not row._state.adding


@pytest.mark.django_db
def test_several_rows_are_stored_at_once(larkspur, ada, django_assert_num_queries):
    tab = make_tab(larkspur, ada)
    rows = [TabEvent(tab=tab, kind="sent", at=EVENING, data={"count": n}) for n in range(3)]

    with django_assert_num_queries(1):
        insert_all(rows)

    assert tab.history.filter(kind="sent").count() == 3


@pytest.mark.django_db
def test_a_row_that_is_there_is_refused(larkspur, ada):
    tab = make_tab(larkspur, ada)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(tab)
