"""New cards, the stack, one card, and a guest without one; and who may do what there."""

from __future__ import annotations

import pytest
from django.test import Client

from orders.models import TokenCard
from orders.services import tabs, tokens
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.card_pages import HOME, addresses, card_page, shown
from tests.paper import codes_on, pages_of

pytestmark = pytest.mark.django_db


def test_new_cards_lead_to_the_sheet_that_prints_them(manager, larkspur, stack):
    answer = manager.post(f"{HOME}new/", {"words": "fig, oat", "count": 3})

    assert (answer.status_code, answer["Location"]) == (303, f"{HOME}?first=13&last=15")
    assert shown(manager.get(answer["Location"])) == ["FIG-13", "OAT-14", "FIG-15"]


@pytest.mark.parametrize(
    ("words", "count", "said"),
    [
        ("two2", "5", "Cards need words made of letters, such as MINT."),
        (", ;", "5", "Cards need words made of letters, such as MINT."),
        ("MINT", "0", "greater than or equal to 1"),
        ("MINT", "501", "less than or equal to 500"),
        ("ABCDEFGHIJKLM", "1", "Please use 12 characters at most."),
        ("", "5", "This field is required."),
    ],
)
def test_cards_that_cannot_be_made_are_refused(manager, larkspur, words, count, said):
    answer = manager.post(f"{HOME}new/", {"words": words, "count": count})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert TokenCard.objects.count() == 0


def test_the_words_of_before_are_offered_again(manager, stack):
    assert 'value="MINT, PLUM"' in manager.get(f"{HOME}new/").content.decode()


def test_the_stack_says_where_each_card_is(barista, larkspur, ada, stack):
    factories.make_tab(larkspur, ada, label="Table 4", token_code="MINT-01")
    tokens.mark_lost(venue=larkspur, card_id=stack[1].pk, now=EVENING)
    tokens.retire(venue=larkspur, card_id=stack[2].pk, now=EVENING)

    page = barista.get(f"{HOME}cards/").content.decode()

    assert "Table 4" in page
    assert "Reported lost on 6 Mar" in page
    assert "Out of use since 6 Mar" in page


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("state=lost", ["MINT-03"]),
        ("q=plum+4", ["PLUM-04"]),
        ("state=lost&q=PLUM", []),
        ("state=burnt&q=MINT+05", ["MINT-05"]),
    ],
)
def test_cards_are_found(barista, larkspur, stack, wish, found):
    tokens.mark_lost(venue=larkspur, card_id=stack[2].pk, now=EVENING)

    page = barista.get(f"{HOME}cards/?{wish}")

    assert [where.card.code for where in page.context["stack"].cards] == found


def test_the_stack_asks_the_database_as_often_for_twelve_cards_as_for_one(
    barista, larkspur, django_assert_max_num_queries
):
    tokens.print_cards(venue=larkspur, words=["MINT"], count=1)
    with django_assert_max_num_queries(20) as alone:
        barista.get(f"{HOME}cards/")
    tokens.print_cards(venue=larkspur, words=["MINT"], count=11)

    with django_assert_max_num_queries(len(alone)):
        barista.get(f"{HOME}cards/")


def test_a_card_goes_and_comes_back(manager, stack):
    card = stack[0]

    lost = manager.post(card_page(card, "loss/"), follow=True)
    found = manager.post(card_page(card, "return/"), follow=True)

    assert lost.redirect_chain == [(card_page(card), 303)]
    assert "MINT-01 is reported lost" in lost.content.decode()
    assert "MINT-01 is back on the stack" in found.content.decode()


def test_a_card_printed_anew_is_printed_next(manager, stack):
    before = stack[0].key

    answer = manager.post(card_page(stack[0], "replacement/"))

    stack[0].refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, f"{HOME}?first=1&last=1")
    assert before not in manager.get(answer["Location"]).content.decode()
    (page,) = pages_of(manager.get(f"{HOME}sheet.pdf?first=1&last=1").content)
    assert codes_on(page) == addresses([stack[0]])


def test_a_worn_card_is_put_away_and_wanted_again(manager, stack):
    manager.post(card_page(stack[0], "retirement/"))
    refused = manager.post(card_page(stack[0], "replacement/"))
    manager.post(card_page(stack[0], "return/"))

    stack[0].refresh_from_db()
    assert refused.status_code == 409
    assert "MINT-01 was taken out of use." in refused.content.decode()
    assert stack[0].is_in_use


def test_a_lost_card_on_an_open_tab_shows_how_to_move_the_tab(manager, larkspur, ada, stack):
    tab = factories.make_tab(larkspur, ada, label="Table 4", token_code="MINT-01")

    page = manager.get(card_page(stack[0])).content.decode()
    refused = manager.post(card_page(stack[0], "loss/"))

    way = f'href="/v/larkspur-coffee/tabs/{tab.pk}/card/"'
    assert way in page
    assert f'action="{card_page(stack[0], "loss/")}"' not in page
    assert refused.status_code == 409
    assert way in refused.content.decode()
    assert "Move the tab to another card first." in refused.content.decode()


def test_a_card_nobody_has_is_not_found(manager, stack):
    assert manager.get(f"{HOME}cards/999999/").status_code == 404
    assert manager.post(f"{HOME}cards/{10**30}/loss/").status_code == 404


def test_an_earlier_print_says_so_kindly(larkspur, ada, client, stack):
    before = stack[0].key
    factories.make_tab(larkspur, ada, token_code="MINT-01")
    tokens.replace(venue=larkspur, card_id=stack[0].pk, now=EVENING)

    page = client.get(f"/t/{before}/", follow=True)

    assert page.redirect_chain == []
    assert "There is a newer print of this card" in page.content.decode()


def test_a_phone_that_was_let_in_finds_its_bill_by_the_earlier_print(larkspur, ada, client, stack):
    before = stack[0].key
    tab = factories.make_tab(larkspur, ada, token_code="MINT-01")
    client.get(f"/t/{before}/", follow=True)
    tokens.replace(venue=larkspur, card_id=stack[0].pk, now=EVENING)

    page = client.get(f"/t/{before}/", follow=True)

    assert page.redirect_chain == [(f"/t/{tab.guest_key}/", 303)]
    assert page.templates[0].name == "front/live_bill.html"


def test_a_card_out_of_use_says_so_kindly(larkspur, client, stack):
    tokens.retire(venue=larkspur, card_id=stack[0].pk, now=EVENING)

    page = client.get(f"/t/{stack[0].key}/")

    assert "taken out of use" in page.content.decode()


def test_a_tab_without_a_card_has_a_code_of_its_own(barista, tab, client):
    page = barista.get(f"{HOME}tabs/{tab.pk}/")

    assert page.context["url"] == f"http://testserver/t/{tab.guest_key}/"
    assert '<section class="slip" data-width="80"' in page.content.decode()
    bill = client.get(page.context["url"], follow=True)
    assert bill.templates[0].name == "front/live_bill.html"


@pytest.mark.parametrize(("wish", "width"), [("58", "58"), ("80", "80"), ("1000", "80")])
def test_a_slip_fits_the_printers_roll(barista, tab, wish, width):
    page = barista.get(f"{HOME}tabs/{tab.pk}/?width={wish}").content.decode()

    assert f'<section class="slip" data-width="{width}"' in page


def test_a_tab_that_ended_has_no_code(barista, ada, tab):
    tabs.void_tab(tab_id=tab.pk, by=ada, now=EVENING, reason="By mistake")

    answer = barista.get(f"{HOME}tabs/{tab.pk}/")

    assert (answer.status_code, answer["Location"]) == (303, f"/v/larkspur-coffee/tabs/{tab.pk}/")


READS = ["", "sheet.pdf", "cards/", "cards/{card}/", "tabs/{tab}/"]
CHANGES = [
    ("get", "new/"),
    ("post", "new/"),
    ("post", "cards/{card}/loss/"),
    ("post", "cards/{card}/return/"),
    ("post", "cards/{card}/replacement/"),
    ("post", "cards/{card}/retirement/"),
]
TABLE = [
    *(("get", path, {"ada": 200, "niamh": 200, "olga": 200}) for path in READS),
    *((way, path, {"ada": 403, "niamh": None, "olga": None}) for way, path in CHANGES),
]


@pytest.mark.parametrize(("way", "path", "answers"), TABLE)
def test_everybody_reaches_what_their_role_allows(
    request, ada, niamh, olga, mallory, stranger, tab, mint, way, path, answers
):
    address = HOME + path.format(card=mint.pk, tab=tab.pk)
    expected = {**answers, "mallory": 404, "stranger": 404}

    for person, status in expected.items():
        client = Client()
        client.force_login(request.getfixturevalue(person))
        got = getattr(client, way)(address).status_code
        assert got == status or (status is None and got in {200, 303, 422}), (person, got)
    assert getattr(Client(), way)(address).status_code == 302


@pytest.mark.parametrize("step", ["", "loss/", "return/", "replacement/", "retirement/"])
def test_cards_of_another_place_are_not_there(manager, odile, step):
    (foreign,) = tokens.print_cards(venue=odile, words=["IRIS"], count=1)
    way = manager.post if step else manager.get

    assert way(card_page(foreign, step)).status_code == 404
    foreign.refresh_from_db()
    assert foreign.is_in_use


def test_the_code_of_another_places_tab_is_not_there(barista, odile, sora):
    foreign = factories.make_tab(odile, sora)

    assert barista.get(f"{HOME}tabs/{foreign.pk}/").status_code == 404
