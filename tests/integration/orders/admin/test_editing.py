"""What may be edited is edited by services: their refusals stand above the form, input kept."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import CatalogueItem, Category, Membership, ModifierGroup, TermsVersion, User
from orders.rules.roles import Role
from orders.services import api_keys, catalogue, tabs
from tests import factories
from tests.factories import EVENING

pytestmark = pytest.mark.django_db


def reviewer(user):
    client = Client()
    client.force_login(user)
    return client


def page(model, kind, *args):
    return reverse(f"admin:orders_{model}_{kind}", args=args)


def item_data(item, **changes):
    return {
        "category": item.category_id,
        "name": item.name,
        "price": "3.80",
        "tax_rate": item.tax_rate_id or "",
        "duration_minutes": "",
        "expected_result": "",
        "limits": "",
    } | changes


# --- The menu ------------------------------------------------------------------------------------
def test_a_manager_adds_an_item_at_a_price_in_the_venues_currency(larkspur, niamh, scone):
    data = item_data(scone, name="Brownie", price="3,40", venue=larkspur.pk)

    answer = reviewer(niamh).post(page("catalogueitem", "add"), data)

    assert answer.status_code == 302
    assert CatalogueItem.objects.get(name="Brownie").price_minor == 340


def test_a_changed_price_leaves_sold_lines_alone(tab, niamh, scone):
    answer = reviewer(niamh).post(
        page("catalogueitem", "change", scone.pk), item_data(scone, price="9.99")
    )

    scone.refresh_from_db()
    assert (answer.status_code, scone.price_minor) == (302, 999)
    assert tab.lines.get().unit_price_minor == 320


@pytest.mark.parametrize("price", ["", "abc", "-1", "1.234", "NaN", "1e999", "9999999999"])
def test_an_odd_price_is_refused_and_the_input_kept(larkspur, niamh, scone, price):
    answer = reviewer(niamh).post(
        page("catalogueitem", "change", scone.pk), item_data(scone, name="Crumpet", price=price)
    )

    scone.refresh_from_db()
    assert (answer.status_code, scone.price_minor) == (200, 320)
    assert 'value="Crumpet"' in answer.content.decode()


def test_a_name_that_is_taken_is_said_above_the_form(larkspur, niamh, scone, flat_white):
    data = item_data(scone, name=flat_white.name, category=flat_white.category_id)

    answer = reviewer(niamh).post(page("catalogueitem", "change", scone.pk), data)

    assert "There is already one called Flat white." in answer.content.decode()


def test_a_section_of_another_venue_cannot_be_chosen(larkspur, niamh, scone, mallory):
    elsewhere = mallory.memberships.get().venue
    foreign = catalogue.add_category(venue=elsewhere, name="Theirs")

    form = reviewer(niamh).get(page("catalogueitem", "change", scone.pk)).content.decode()
    answer = reviewer(niamh).post(
        page("catalogueitem", "change", scone.pk), item_data(scone, category=foreign.pk)
    )

    scone.refresh_from_db()
    assert "Theirs" not in form
    assert (answer.status_code, scone.category_id == foreign.pk) == (200, False)


def test_nothing_is_added_to_another_venue(larkspur, niamh, mallory):
    elsewhere = mallory.memberships.get().venue

    answer = reviewer(niamh).post(
        page("category", "add"), {"venue": elsewhere.pk, "name": "Ours now"}
    )

    assert (answer.status_code, Category.objects.filter(name="Ours now").exists()) == (200, False)


def test_items_are_sold_out_had_again_and_retired(larkspur, niamh, scone):
    client = reviewer(niamh)
    seen = []
    for action in ("sold_out", "available", "retire"):
        client.post(
            page("catalogueitem", "changelist"),
            {"action": action, "_selected_action": [scone.pk]},
        )
        scone.refresh_from_db()
        seen.append((scone.is_available, scone.retired_at is not None))

    assert seen == [(False, False), (True, False), (True, True)]
    assert client.post(page("catalogueitem", "change", scone.pk), {}).status_code == 403
    assert client.get(page("catalogueitem", "change", scone.pk)).status_code == 200


def test_a_group_is_added_with_its_choices(larkspur, niamh):
    data = {
        "venue": larkspur.pk, "name": "Syrup", "min_choices": 0, "max_choices": 1,
        "choices": "Vanilla = 0.40\nNone\n\nHazelnut=0,50",
    }  # fmt: skip

    reviewer(niamh).post(page("modifiergroup", "add"), data)

    group = ModifierGroup.objects.get(name="Syrup")
    assert list(group.modifiers.order_by("position").values_list("name", "price_delta_minor")) == [
        ("Vanilla", 40),
        ("None", 0),
        ("Hazelnut", 50),
    ]
    shown = reviewer(niamh).get(page("modifiergroup", "change", group.pk)).content.decode()
    assert "€0.40" in shown


@pytest.mark.parametrize("choices", ["Vanilla = much", "= 1", "Vanilla = 0.001"])
def test_choices_that_make_no_sense_add_no_group(larkspur, niamh, choices):
    data = {
        "venue": larkspur.pk, "name": "Syrup", "min_choices": 0, "max_choices": 1,
        "choices": choices,
    }  # fmt: skip

    answer = reviewer(niamh).post(page("modifiergroup", "add"), data)

    assert (answer.status_code, ModifierGroup.objects.filter(name="Syrup").exists()) == (200, False)


# --- Places --------------------------------------------------------------------------------------
def test_new_terms_are_a_new_version_and_open_tabs_keep_theirs(larkspur, niamh, tab):
    data = {
        "venue": larkspur.pk, "days_to_pay": 3, "new_guest_limit": "50", "regular_limit": "150.00",
    }  # fmt: skip

    reviewer(niamh).post(page("termsversion", "add"), data)

    newest = TermsVersion.objects.filter(venue=larkspur).latest("number")
    tab.refresh_from_db()
    assert (newest.number, newest.days_to_pay, newest.new_guest_limit_minor) == (2, 3, 5000)
    assert tab.terms.number == 1


def test_terms_that_trust_strangers_more_are_refused(larkspur, niamh):
    data = {
        "venue": larkspur.pk, "days_to_pay": 3, "new_guest_limit": "50", "regular_limit": "5",
    }  # fmt: skip

    answer = reviewer(niamh).post(page("termsversion", "add"), data)

    assert "Regular guests are trusted at least as far as new ones." in answer.content.decode()
    assert TermsVersion.objects.filter(venue=larkspur).count() == 1


def test_a_manager_says_how_the_venue_presents_itself(larkspur, niamh):
    data = {
        "name": "Larkspur",
        "address": "1 Quay",
        "tips": "10, 5",
        "sends_to_bar": "on",
        "gift_limit": "12.50",
    }

    reviewer(niamh).post(page("venue", "change", larkspur.pk), data | {"currency": "KRW"})

    larkspur.refresh_from_db()
    assert (larkspur.name, larkspur.tip_percents, larkspur.currency) == ("Larkspur", [5, 10], "EUR")
    assert larkspur.gift_limit_minor == 1250
    assert (larkspur.sends_to_bar, larkspur.refunds_excess) == (True, False)


def test_a_manager_says_where_transfers_go(larkspur, niamh):
    data = {
        "name": "Larkspur", "bank_holder": "Larkspur Ltd", "bank_name": "AIBKIE2D",
        "bank_account": "ie29 aibk 9311 5212 3456 78",
    }  # fmt: skip

    reviewer(niamh).post(page("venue", "change", larkspur.pk), data)

    larkspur.refresh_from_db()
    assert (larkspur.bank_holder, larkspur.bank_account, larkspur.bank_name) == (
        "Larkspur Ltd", "IE29AIBK93115212345678", "AIBKIE2D",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"bank_holder": "Larkspur", "bank_account": "IE29AIBK93115212345679"}, "valid IBAN"),
        ({"bank_account": "IE29AIBK93115212345678"}, "Say whose account it is"),
    ],
    ids=["a slip", "nobody's"],
)
def test_an_account_money_would_not_reach_is_refused(larkspur, niamh, data, said):
    answer = reviewer(niamh).post(page("venue", "change", larkspur.pk), {"name": "Larkspur"} | data)

    larkspur.refresh_from_db()
    assert said in answer.content.decode()
    assert (larkspur.name, larkspur.bank_account) == ("Larkspur Coffee", "")


@pytest.mark.parametrize("tips", ["a lot", "0", "101", "5 10 15 20 25", "٣"])
def test_tips_nobody_would_give_are_refused(larkspur, niamh, tips):
    answer = reviewer(niamh).post(
        page("venue", "change", larkspur.pk), {"name": "Larkspur", "tips": tips}
    )

    larkspur.refresh_from_db()
    assert (answer.status_code, larkspur.name) == (200, "Larkspur Coffee")


def test_cards_are_lost_and_found_but_not_while_on_a_tab(larkspur, ada, niamh, mint):
    tabs.open_tab(venue=larkspur, by=ada, now=EVENING, token_code="MINT-01")
    plum = larkspur.token_cards.get(code="PLUM-02")
    client = reviewer(niamh)

    answer = client.post(
        page("tokencard", "changelist"),
        {"action": "mark_lost", "_selected_action": [mint.pk, plum.pk]},
        follow=True,
    )

    said = sorted(str(each) for each in answer.context["messages"])
    assert said[0].startswith("MINT-01: MINT-01 is on an open tab")
    assert said[1] == "PLUM-02: its code opens nothing any more."
    client.post(
        page("tokencard", "changelist"), {"action": "mark_found", "_selected_action": [plum.pk]}
    )
    plum.refresh_from_db()
    assert plum.lost_at is None


# --- People --------------------------------------------------------------------------------------
def test_an_owner_lets_somebody_in(larkspur, olga):
    data = {"venue": larkspur.pk, "name": "Sean", "email": "Sean@Example.org", "role": "manager"}

    reviewer(olga).post(page("membership", "add"), data)

    sean = User.objects.get(email="sean@example.org")
    assert (sean.memberships.get().role, sean.is_staff) == (Role.MANAGER, True)
    assert not sean.has_usable_password()


def test_an_owner_changes_a_role_and_ends_it(larkspur, ada, olga):
    client, membership = reviewer(olga), ada.memberships.get()

    client.post(page("membership", "change", membership.pk), {"role": "manager"})
    membership.refresh_from_db()
    promoted = membership.role
    client.post(
        page("membership", "changelist"), {"action": "end", "_selected_action": [membership.pk]}
    )

    membership.refresh_from_db()
    ada.refresh_from_db()
    assert (promoted, membership.ended_at is None, ada.is_staff) == ("manager", False, False)


def test_the_last_owner_stays(larkspur, olga):
    client, membership = reviewer(olga), olga.memberships.get()

    shown = client.post(page("membership", "change", membership.pk), {"role": "staff"})
    ended = client.post(
        page("membership", "changelist"),
        {"action": "end", "_selected_action": [membership.pk]},
        follow=True,
    )

    membership.refresh_from_db()
    assert (membership.role, membership.ended_at) == ("owner", None)
    for answer in (shown, ended):
        assert "A venue needs an owner." in answer.content.decode()


def test_an_owner_cannot_reach_people_elsewhere(larkspur, olga, mallory):
    foreign = mallory.memberships.get()

    answer = reviewer(olga).post(page("membership", "change", foreign.pk), {"role": "staff"})

    foreign.refresh_from_db()
    assert (answer.status_code, foreign.role) == (302, "owner")


def test_a_manager_cannot_make_herself_owner(larkspur, niamh):
    membership = Membership.objects.get(user=niamh)

    answer = reviewer(niamh).post(page("membership", "change", membership.pk), {"role": "owner"})

    membership.refresh_from_db()
    assert (answer.status_code, membership.role) == (403, "manager")


def test_a_key_is_revoked(larkspur, ada, olga):
    key, _secret = api_keys.issue(membership=ada.memberships.get(), name="Till", now=EVENING)

    reviewer(olga).post(
        page("apikey", "changelist"), {"action": "revoke", "_selected_action": [key.pk]}
    )

    key.refresh_from_db()
    assert key.revoked_at is not None


def test_undelivered_mails_are_found(tab, niamh):
    factories.make_message(tab, "sent")
    failed = factories.make_message(tab, "failed")
    failed.state, failed.attempts, failed.result = "failed", 5, "550 no such mailbox"
    failed.save()

    shown = reviewer(niamh).get(page("message", "changelist"), {"delivery": "undelivered"})

    assert [row.pk for row in shown.context["cl"].result_list] == [failed.pk]
