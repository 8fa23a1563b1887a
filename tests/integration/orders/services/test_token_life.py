"""What becomes of a card after it was printed: lost, found, printed anew, taken out of use."""

from __future__ import annotations

import pytest

from orders.models import FormerCardKey, TokenCard
from orders.selectors import tokens as cards
from orders.selectors.tokens import CardCounts, CardState
from orders.services import party, tabs, tokens
from orders.services.cards import TokenLost
from orders.services.tokens import CardInUse, CardRetired
from tests import factories
from tests.conftest import EVENING

pytestmark = pytest.mark.django_db


@pytest.fixture
def stack(larkspur):
    """MINT-01, PLUM-02, MINT-03 and PLUM-04, all of them resting."""
    return tokens.print_cards(venue=larkspur, words=["MINT", "PLUM"], count=4)


def codes(found):
    return [card.code for card in found]


def test_a_card_printed_anew_keeps_its_code_and_gets_another_key(larkspur, mint):
    before = mint.key

    after = tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING)

    assert (after.code, after.key != before) == ("MINT-01", True)
    assert cards.find_by_key(before) is None
    assert cards.find_by_former_key(before) == mint
    assert cards.find_by_former_key(after.key) is None


def test_a_card_printed_anew_is_not_lost_any_more(larkspur, mint):
    tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING)

    tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING)

    assert codes(cards.list_resting(venue=larkspur)) == ["MINT-01", "PLUM-02"]


def test_every_earlier_print_is_known(larkspur, mint):
    keys = [mint.key, tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING).key]
    tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING)

    known = FormerCardKey.objects.order_by("id").values_list("key", flat=True)

    assert list(known) == keys


def test_a_card_can_be_printed_anew_while_a_tab_is_on_it(larkspur, ada, mint):
    tab = factories.make_tab(larkspur, ada, token_code=mint.code)

    tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING)

    tab.refresh_from_db()
    assert (tab.token_card_id, tab.token_code) == (mint.id, "MINT-01")


def test_a_retired_card_is_handed_out_no_more(larkspur, ada, mint):
    tokens.retire(venue=larkspur, card_id=mint.id, now=EVENING)

    assert codes(cards.list_resting(venue=larkspur)) == ["PLUM-02"]
    assert codes(cards.list_printable(venue=larkspur)) == ["PLUM-02"]
    with pytest.raises(TokenLost) as refusal:
        factories.make_tab(larkspur, ada, token_code=mint.code)
    assert refusal.value.sentence == "%(card)s was taken out of use. Hand out another card."


def test_a_retired_card_is_neither_lost_nor_printed_anew(larkspur, mint):
    tokens.retire(venue=larkspur, card_id=mint.id, now=EVENING)

    with pytest.raises(CardRetired):
        tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING)
    with pytest.raises(CardRetired):
        tokens.replace(venue=larkspur, card_id=mint.id, now=EVENING)


def test_a_retired_card_may_come_back(larkspur, mint):
    tokens.retire(venue=larkspur, card_id=mint.id, now=EVENING)

    tokens.mark_found(venue=larkspur, card_id=mint.id)

    assert codes(cards.list_resting(venue=larkspur)) == ["MINT-01", "PLUM-02"]


def test_a_card_on_an_open_tab_stays_in_use_until_the_tab_moves(larkspur, ada, mint):
    tab = factories.make_tab(larkspur, ada, token_code=mint.code)

    with pytest.raises(CardInUse):
        tokens.retire(venue=larkspur, card_id=mint.id, now=EVENING)
    party.change_card(tab_id=tab.id, by=ada, now=EVENING, token_code="PLUM-02")

    assert tokens.mark_lost(venue=larkspur, card_id=mint.id, now=EVENING).lost_at == EVENING


@pytest.mark.parametrize("step", [tokens.replace, tokens.retire])
def test_cards_of_another_venue_are_out_of_reach(odile, mint, step):
    with pytest.raises(TokenCard.DoesNotExist):
        step(venue=odile, card_id=mint.id, now=EVENING)

    mint.refresh_from_db()
    assert mint.is_in_use


@pytest.fixture
def scattered(larkspur, ada, stack):
    """One card on a tab, one lost, one out of use, one on the stack; and a tab that ended."""
    mint, plum, other_mint, _other_plum = stack
    ended = factories.make_tab(larkspur, ada, token_code=mint.code)
    tabs.void_tab(tab_id=ended.id, by=ada, now=EVENING, reason="By mistake")
    tab = factories.make_tab(larkspur, ada, label="Table 4", token_code=mint.code)
    tokens.mark_lost(venue=larkspur, card_id=plum.id, now=EVENING)
    tokens.retire(venue=larkspur, card_id=other_mint.id, now=EVENING)
    return tab


def test_cards_are_counted_by_where_they_are(larkspur, odile, scattered):
    tokens.print_cards(venue=odile, words=["IRIS"], count=7)

    counted = cards.count_cards(venue=larkspur)

    assert counted == CardCounts(on_tabs=1, resting=1, lost=1, retired=1)
    assert (counted.in_use, counted.every) == (2, 4)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (None, ["MINT-01", "PLUM-02", "MINT-03", "PLUM-04"]),
        (CardState.ON_TAB, ["MINT-01"]),
        (CardState.RESTING, ["PLUM-04"]),
        (CardState.LOST, ["PLUM-02"]),
        (CardState.RETIRED, ["MINT-03"]),
    ],
)
def test_cards_are_listed_by_where_they_are(larkspur, scattered, state, found):
    listed = cards.list_whereabouts(venue=larkspur, state=state)

    assert codes(listed) == found
    assert state in {None, *(cards.whereabouts_of(card).state for card in listed)}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("plum 2", ["PLUM-02"]),
        ("pl", ["PLUM-02", "PLUM-04"]),
        ("FIG", []),
        ("MINT 0003", ["MINT-03"]),
    ],
)
def test_cards_are_found_by_what_stands_on_them(larkspur, stack, typed, found):
    assert codes(cards.list_whereabouts(venue=larkspur, typed=typed)) == found


def test_a_card_knows_the_tab_it_is_on(larkspur, odile, scattered, stack):
    where = cards.find_whereabouts(venue=larkspur, card_id=stack[0].id)

    assert (where.tab, where.state) == (scattered, CardState.ON_TAB)
    assert cards.find_whereabouts(venue=odile, card_id=stack[0].id) is None


def test_sheets_show_what_is_in_use(larkspur, odile, scattered):
    assert codes(cards.list_printable(venue=larkspur)) == ["MINT-01", "PLUM-04"]
    assert codes(cards.list_printable(venue=larkspur, word="PLUM")) == ["PLUM-04"]
    assert cards.list_words(venue=larkspur) == ["MINT", "PLUM"]
