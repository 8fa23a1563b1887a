"""When the board asks again, and what is done on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.front.pages.board import Wanted, get_board
from config.kernel import clock
from orders.models import Tab, TabClaim
from orders.rules.claims import ClaimState
from orders.services import claims, lines, tabs
from orders.services.lines import NewLine
from tests import factories
from tests.conftest import EVENING
from tests.integration.front.web.board.conftest import BOARD, SOON
from tests.staff import browser_of, htmx_of, to_tab

pytestmark = pytest.mark.django_db


# --- Asking again --------------------------------------------------------------------------------
def version_in(page):
    return page.partition("v=")[2].partition('"')[0]


def test_a_poll_is_answered_only_when_something_changed(tab, ada, scone):
    browser = htmx_of(ada)
    version = version_in(browser.get(BOARD).content.decode())

    nothing = browser.get(BOARD, {"v": version})
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=[NewLine(item_id=scone.id)])
    something = browser.get(BOARD, {"v": version})

    assert (nothing.status_code, nothing.content) == (204, b"")
    assert something.status_code == 200
    assert version_in(something.content.decode()) != version
    assert "<html" not in something.content.decode()


def test_a_minute_later_ages_and_dates_are_fresh(tab, ada, monkeypatch):
    browser = htmx_of(ada)
    version = version_in(browser.get(BOARD).content.decode())
    monkeypatch.setattr(clock, "now", lambda: SOON + timedelta(minutes=1))

    assert browser.get(BOARD, {"v": version}).status_code == 200


def test_a_poll_keeps_what_the_board_was_narrowed_to(tab, ada):
    page = htmx_of(ada).get(BOARD, {"f": "open", "q": "table"}).content.decode()

    assert "?f=open&amp;q=table&amp;v=" in page


def test_going_back_in_history_brings_a_whole_page(ada):
    answer = htmx_of(ada).get(BOARD, headers={"HX-History-Restore-Request": "true"})

    assert "<html" in answer.content.decode()


def test_htmx_swaps_what_was_refused(ada):
    page = browser_of(ada).get(BOARD).content.decode()

    assert '{"code":"409","swap":true},{"code":"422","swap":true}' in page


# --- Opening a tab -------------------------------------------------------------------------------
def test_the_form_stands_on_a_page_of_its_own_and_in_a_dialog(ada, mint):
    page = browser_of(ada).get(BOARD, {"open": 1}).content.decode()
    dialog = htmx_of(ada).get(BOARD, {"open": 1})

    assert 'value="MINT-01" checked' in page
    assert "<html" in page
    assert "<html" not in dialog.content.decode()
    assert dialog["HX-Trigger-After-Swap"] == '{"open-dialog": "#dialog"}'


def test_the_terms_are_told_as_facts(ada):
    page = browser_of(ada).get(BOARD, {"open": 1}).content.decode()

    assert "Saturday 7 March, if it is closed today" in page
    assert "€40.00 for a new guest" in page


def test_opening_leads_to_the_pad(ada, mint):
    answer = browser_of(ada).post(
        f"{BOARD}tabs/",
        {
            "token": "MINT-01",
            "label": "Table 5",
            "name": "Aoife",
            "email": "aoife@example.org",
            "guests_count": "3",
            "request_key": "k",
        },
    )

    tab = Tab.objects.get(customer__email="aoife@example.org")
    assert (answer.status_code, answer["Location"]) == (303, to_tab(tab, "pad"))
    assert (tab.token_code, tab.title, tab.guests_count) == ("MINT-01", "Table 5 · Aoife", 3)


def test_pressing_twice_opens_one_tab(ada):
    form = {"label": "Table 5", "request_key": "the-same"}

    answers = [htmx_of(ada).post(f"{BOARD}tabs/", form) for _press in range(2)]

    [tab] = Tab.objects.all()
    assert {answer["HX-Redirect"] for answer in answers} == {to_tab(tab, "pad")}


def test_a_typed_card_goes_before_a_tapped_one(ada, mint):
    browser_of(ada).post(f"{BOARD}tabs/", {"token": "MINT-01", "card": "plum 2"})

    assert Tab.objects.get().token_code == "PLUM-02"


def test_a_refusal_keeps_what_was_typed(tab, ada, mint):
    tabs.change_card(tab_id=tab.id, by=ada, now=EVENING, token_code="MINT-01")

    answer = htmx_of(ada).post(
        f"{BOARD}tabs/",
        {"card": "mint 1", "name": "Aoife", "email": "no address", "request_key": "k"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Aoife"' in page
    assert 'value="no address"' in page
    assert 'name="request_key" value="k"' in page
    assert Tab.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"card": "mint 1"}, "MINT-01 is on another open tab: Table 4."),
        ({"card": "fig 99"}, "There is no card with this code here. Check its number."),
        ({"email": "nope"}, "That email address seems to miss something. Check it once more."),
        ({"guests_count": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"name": "x" * 81}, "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_refusals_stand_beside_their_field(tab, ada, mint, typed, said):
    tabs.change_card(tab_id=tab.id, by=ada, now=EVENING, token_code="MINT-01")

    answer = browser_of(ada).post(f"{BOARD}tabs/", typed)

    [error] = [error for errors in answer.context["form"].errors.values() for error in errors]
    assert (answer.status_code, error) == (422, said)


def test_the_address_of_the_form_leads_back_to_the_board(ada):
    assert browser_of(ada).get(f"{BOARD}tabs/")["Location"] == BOARD


# --- Phones that wait ----------------------------------------------------------------------------
@pytest.fixture
def waiting(tab):
    """A phone that asks to see the bill of a tab which another one has."""
    claims.scan(tab=tab, browser_digest="a" * 64, now=EVENING)
    return claims.request(tab_id=tab.id, browser_digest="b" * 64, now=EVENING)


@pytest.mark.parametrize(
    ("answer", "state"), [("allow", ClaimState.GRANTED), ("no", ClaimState.REFUSED)]
)
def test_a_waiting_phone_is_shown_and_answered(tab, ada, waiting, answer, state):
    browser = htmx_of(ada)
    shown = browser.get(BOARD).content.decode()

    done = browser.post(to_tab(tab, "claims", waiting.id), {"answer": answer})

    assert "A phone wants to see the bill" in shown
    assert TabClaim.objects.get(id=waiting.id).state == state
    assert (done["HX-Reswap"], done["HX-Trigger"]) == ("none", "tab-changed")
    assert "A phone wants to see the bill" not in browser.get(BOARD).content.decode()


def test_nobody_asking_any_more_is_said(tab, ada):
    answer = browser_of(ada).post(to_tab(tab, "claims", 999), {"answer": "allow"}, follow=True)

    assert "Nobody is asking any more." in answer.content.decode()


def test_a_party_that_asks_for_the_bill_is_flagged(tab, ada):
    tabs.ask_for_bill(tab_id=tab.id, now=EVENING)

    assert "Asks for the bill" in browser_of(ada).get(BOARD).content.decode()


def test_serving_from_the_board_stays_there(tab, ada):
    plain = browser_of(ada).post(to_tab(tab, "serving"), {"back": "board"})
    by_htmx = htmx_of(ada).post(to_tab(tab, "serving"), {"back": "board"})

    assert (plain.status_code, plain["Location"]) == (303, BOARD)
    assert "Table 4 served" in by_htmx.content.decode()


def test_a_summary_leaves_out_how_a_thing_comes_anyway(larkspur, ada, flat_white, size, milk):
    regular, oat = size.modifiers.get(name="Regular"), milk.modifiers.get(name="Oat")
    regular.is_default = True
    regular.save()
    tab = factories.make_tab(larkspur, ada)
    wanted = [NewLine(item_id=flat_white.id, modifier_ids=[regular.id, oat.id])]
    lines.add_lines(tab_id=tab.id, by=ada, now=EVENING, wanted=wanted)

    board = get_board(ada.memberships.get(), wanted=Wanted(), now=EVENING)

    assert [card.summary for card in board.room] == ["Flat white with Oat"]
