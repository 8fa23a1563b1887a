"""Parts of a transaction: all of it or nothing, and no savepoint where none is needed."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from config.kernel.transactions import joining
from orders.models import Venue
from tests.factories import make_venue

pytestmark = pytest.mark.django_db(transaction=True)


class Refused(Exception):
    """Somebody said no."""


@joining
def open_one(name, *, refuse=False):
    make_venue(name)
    if refuse:
        raise Refused


def test_by_itself_it_is_a_transaction():
    with pytest.raises(Refused):
        open_one("First", refuse=True)

    assert not Venue.objects.exists()


def test_inside_another_it_needs_no_savepoint_of_its_own():
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        Venue.objects.count()
        joining(Venue.objects.count)()

    assert not [each for each in asked if "SAVEPOINT" in each["sql"]]


def test_what_refuses_inside_another_undoes_all_of_it():
    @transaction.atomic
    def open_both():
        make_venue("First")
        open_one("Second", refuse=True)

    with pytest.raises(Refused):
        open_both()

    assert not Venue.objects.exists()


def test_nobody_goes_on_after_a_refusal_inside():
    def go_on():
        with transaction.atomic():
            with pytest.raises(Refused):
                open_one("First", refuse=True)
            Venue.objects.count()

    with pytest.raises(TransactionManagementError):
        go_on()
    assert not Venue.objects.exists()


@pytest.mark.django_db
def test_in_a_test_case_it_can_be_undone_alone():
    with pytest.raises(Refused):
        open_one("First", refuse=True)

    assert not Venue.objects.exists()
