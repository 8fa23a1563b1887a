"""Every registered model: who may see it, that nothing leaks, and that money cannot be touched.

The list is made from the admin's own registry, so a new page without a rule fails here. Each test
walks all pages in one world, because making the world takes longer than asking it.
"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel.admin import ReviewAdmin
from orders.models import (
    ApiKey,
    CatalogueItem,
    Category,
    Membership,
    ModifierGroup,
    PeopleEvent,
    TaxRate,
    TermsVersion,
    User,
    Venue,
)
from payments.admin.base import ReadOnlyAdmin
from tests.integration.payments.admin.conftest import reviewer, row_at

REGISTRY = admin.site._registry
PAGES = [model for model, page in REGISTRY.items() if isinstance(page, ReviewAdmin)]
MONEY = [model for model, page in REGISTRY.items() if isinstance(page, ReadOnlyAdmin)]
FOR_OWNERS = {ApiKey, Membership, PeopleEvent, User}
MAY_ADD = {CatalogueItem, Category, Membership, ModifierGroup, TaxRate, TermsVersion}
MAY_CHANGE = {CatalogueItem, Category, Membership, Venue}
ODD = ["q=%00", "q=99999999999999999999999", "q=nobody", "at=nonsense", "age=1", "p=9999", "e=1"]

pytestmark = pytest.mark.django_db


def page(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def listed(client, model):
    return {row.pk for row in client.get(page(model, "changelist")).context["cl"].result_list}


def answers(client, models, kind="changelist"):
    return {model.__name__: client.get(page(model, kind)).status_code for model in models}


def names(models, status):
    return {model.__name__: status for model in models}


def test_every_page_of_ours_is_a_page_for_review():
    ours = {model for model in REGISTRY if model._meta.app_label in {"orders", "payments"}}

    assert ours == set(PAGES)
    assert {model.__name__ for model in MONEY} == {
        "AutoSettlement", "CardConsent", "CheckoutAttempt", "CounterPayment", "Dispute",
        "DisputeEvidence", "GatewayOperation",
        "InboxEvent", "LedgerEntry", "OverpaidTab", "OwingTab", "Payment", "PaymentRequest",
        "Receipt", "Refund", "UnhandledEvent",
    }  # fmt: skip


def test_managers_see_their_venue_and_owners_the_people_too(both, niamh, olga, root):
    expected = names(PAGES, 200)

    assert answers(reviewer(olga), PAGES) == expected
    assert answers(reviewer(root), PAGES) == expected
    assert answers(reviewer(niamh), PAGES) == expected | names(FOR_OWNERS, 403)


def test_pages_that_are_not_for_review_are_closed_to_everybody_but_root(both, olga):
    others = [model for model in REGISTRY if model not in PAGES]

    assert answers(reviewer(olga), others) == names(others, 403)


def test_staff_and_strangers_are_sent_to_sign_in(both, ada, stranger):
    assert answers(reviewer(ada), PAGES) == names(PAGES, 302)
    assert answers(reviewer(stranger), PAGES) == names(PAGES, 302)


def test_permission_rows_open_nothing(both, ada, stranger):
    everything = Group.objects.create(name="Everything")
    everything.permissions.set(Permission.objects.all())
    for who in (ada, stranger):
        who.groups.add(everything)
        who.is_staff = True
        who.save()

    assert answers(reviewer(ada), PAGES) == names(PAGES, 403)
    assert answers(reviewer(stranger), PAGES) == names(PAGES, 403)


def test_whoever_has_left_is_out_with_the_next_click(both, niamh, olga):
    client = reviewer(niamh)
    before = client.get(page(Venue, "changelist")).status_code
    # As if the flag had been forgotten: the membership alone has to be enough.
    membership = niamh.memberships.get()
    membership.ended_at = membership.started_at
    membership.save()

    assert (before, answers(client, PAGES)) == (200, names(PAGES, 403))


def test_rows_of_the_own_venue_are_listed_and_can_be_opened(both, olga, root):
    for who, venues in ((olga, both[:1]), (root, both)):
        client = reviewer(who)
        for model in PAGES:
            for venue in venues:
                row = row_at(model, venue)
                assert row.pk in listed(client, model), model
                assert client.get(page(model, "change", row.pk)).status_code == 200, model


def test_rows_of_another_venue_are_not_there(both, olga):
    client = reviewer(olga)
    for model in PAGES:
        foreign = row_at(model, both[1])
        if model is User:
            continue  # Mallory is one, and has a test of her own.
        leaks = [page(model, kind, foreign.pk) for kind in ("change", "history")]

        assert foreign.pk not in listed(client, model), model
        assert [client.get(leak).status_code for leak in leaks] == [302, 302], model
        assert client.get(page(model, "delete", foreign.pk)).status_code in {302, 403}, model


def test_people_of_other_venues_are_not_there(both, olga, mallory):
    client = reviewer(olga)

    assert mallory.pk not in listed(client, User)
    assert client.get(page(User, "change", mallory.pk)).status_code == 302


def test_filters_name_no_other_venue(both, olga):
    client = reviewer(olga)
    for model in PAGES:
        assert "Elsewhere" not in client.get(page(model, "changelist")).content.decode(), model


def test_lists_take_as_many_statements_for_three_of_a_kind_as_for_one(larkspur, ada, olga, fill):
    fill(larkspur, ada)
    client = reviewer(olga)
    few = _statements(client)

    fill(larkspur, ada)
    fill(larkspur, ada)

    assert _statements(client) == few
    assert max(few.values()) <= 14


def test_odd_searches_and_filters_break_nothing(both, olga):
    client = reviewer(olga)
    for model in PAGES:
        for query in ODD:
            answer = client.get(f"{page(model, 'changelist')}?{query}")
            assert answer.status_code in {200, 302}, (model, query)


def test_nothing_is_ever_deleted(both, root):
    client = reviewer(root)
    for model in PAGES:
        row = row_at(model, both[0])
        address = page(model, "delete", row.pk)
        selected = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}

        assert client.get(address).status_code == 403, model
        assert client.post(address, {"post": "yes"}).status_code == 403, model
        client.post(page(model, "changelist"), selected)
        assert model._default_manager.filter(pk=row.pk).exists(), model


def test_only_what_has_a_service_can_be_added(both, root):
    client = reviewer(root)
    closed = [model for model in PAGES if model not in MAY_ADD]

    assert answers(client, MAY_ADD, "add") == names(MAY_ADD, 200)
    assert answers(client, closed, "add") == names(closed, 403)
    for model in closed:
        assert client.post(page(model, "add"), {"amount_minor": 1}).status_code == 403, model


def test_only_what_has_a_service_can_be_changed(both, root):
    client = reviewer(root)
    for model in PAGES:
        if model in MAY_CHANGE:
            continue
        row = row_at(model, both[0])
        before = model._default_manager.filter(pk=row.pk).values().get()
        posted = dict.fromkeys(before, "1") | {"state": "paid", "status": "settled"}

        answer = client.post(page(model, "change", row.pk), posted)

        assert answer.status_code == 403, model
        assert model._default_manager.filter(pk=row.pk).values().get() == before, model


def test_money_offers_no_button_to_change_it(both, root):
    client = reviewer(root)
    for model in MONEY:
        shown = client.get(page(model, "change", row_at(model, both[0]).pk)).content.decode()
        buttons = [name for name in ("_save", "_continue", "_addanother") if f'"{name}"' in shown]

        assert (model, buttons, "deletelink" in shown) == (model, [], False)


def _statements(client):
    found = {}
    for model in PAGES:
        client.get(page(model, "changelist"))
        with CaptureQueriesContext(connection) as asked:
            client.get(page(model, "changelist"))
        found[model.__name__] = len(asked)
    return found


def test_a_venue_column_is_for_whoever_has_several(both, olga, root):
    for who, is_shown in ((olga, False), (root, True)):
        client = reviewer(who)
        shown = {
            model.__name__: client.get(page(model, "changelist")).context["cl"].list_display
            for model in PAGES
        }

        assert any({"venue", "venue_name"} & set(each) for each in shown.values()) is is_shown
        assert "at" in shown["TabEvent"]
