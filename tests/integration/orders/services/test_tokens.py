from __future__ import annotations

import pytest

from orders.models import TokenCard
from orders.selectors import tokens as cards
from orders.services import tabs, tokens
from orders.services.tokens import CardInUse, CardsUnclear
from tests import factories
from tests.conftest import EVENING


def codes(found):
    return [card.code for card in found]


def test_words_take_turns_and_numbers_go_on(larkspur, odile):
    first = tokens.print_cards(venue=larkspur, words=["mint", " Plum "], count=3)
    more = tokens.print_cards(venue=larkspur, words=["FIG"], count=2)
    other = tokens.print_cards(venue=odile, words=["IRIS"], count=1)

    assert codes(first) == ["MINT-01", "PLUM-02", "MINT-03"]
    assert codes(more) == ["FIG-04", "FIG-05"]
    assert codes(other) == ["IRIS-01"]
    assert len(set(TokenCard.objects.values_list("key", flat=True))) == 6


@pytest.mark.parametrize(
    ("words", "count"),
    [([], 5), (["MINT", "two words"], 5), (["M1NT"], 5), ([""], 5), (["MINT"], 0), (["MINT"], 501)],
)
def test_cards_that_cannot_be_printed_are_refused(larkspur, words, count):
    with pytest.raises(CardsUnclear):
        tokens.print_cards(venue=larkspur, words=words, count=count)

    assert TokenCard.objects.count() == 0


def test_numbers_end_where_codes_do(larkspur):
    TokenCard.objects.create(venue=larkspur, word="MINT", number=9998, code="MINT-9998")

    tokens.print_cards(venue=larkspur, words=["MINT"], count=1)

    with pytest.raises(CardsUnclear):
        tokens.print_cards(venue=larkspur, words=["MINT"], count=1)


def test_resting_cards_are_neither_lost_nor_on_an_open_tab(larkspur, ada, scone):
    mint, plum, _fig = tokens.print_cards(venue=larkspur, words=["MINT", "PLUM", "FIG"], count=3)
    tab = factories.make_tab(larkspur, ada, scone, token_code="MINT-01")
    tokens.mark_lost(venue=larkspur, card_id=plum.id, now=EVENING)

    assert codes(cards.list_resting(venue=larkspur)) == ["FIG-03"]
    tabs.close_tab(tab_id=tab.id, by=ada, now=EVENING)
    assert tokens.mark_found(venue=larkspur, card_id=plum.id).lost_at is None
    assert codes(cards.list_resting(venue=larkspur)) == ["MINT-01", "PLUM-02", "FIG-03"]
    assert codes(cards.list_resting(venue=larkspur, limit=2)) == ["MINT-01", "PLUM-02"]
    assert codes(cards.list_cards(venue=larkspur)) == ["MINT-01", "PLUM-02", "FIG-03"]
    assert cards.find_by_key(mint.key) == mint
    assert cards.find_by_key("guess") is None


def test_a_card_on_an_open_tab_is_not_lost(larkspur, ada, mint):
    factories.make_tab(larkspur, ada, token_code="MINT-01")

    with pytest.raises(CardInUse, match="MINT-01"):
        tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING)


def test_cards_of_another_venue_are_not_there(odile, mint):
    with pytest.raises(TokenCard.DoesNotExist):
        tokens.mark_lost(venue=odile, card_id=mint.id, now=EVENING)
    with pytest.raises(TokenCard.DoesNotExist):
        tokens.mark_found(venue=odile, card_id=mint.id)
