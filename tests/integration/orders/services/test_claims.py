from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from orders.models import TabClaim, TabEvent
from orders.rules.claims import SHARE_CODE_TRIES, SHARE_CODE_TRIES_PER_TAB, ClaimState, ClaimWay
from orders.selectors import claims as standings
from orders.services import claims, tabs
from orders.services.claims import MOST_WAITING, ClaimUnknown
from orders.services.tries import TooManyTries, count_try
from tests import factories
from tests.conftest import EVENING

LATER = EVENING + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


@pytest.fixture
def card_tab(larkspur, ada, scone, mint):
    """An open tab behind MINT-01."""
    return factories.make_tab(larkspur, ada, scone, token_code="MINT-01")


@pytest.fixture
def next_tab(card_tab, larkspur, ada, scone):
    """The tab after that one, behind the same card; Aoife had the first."""
    claims.scan(tab=card_tab, browser_digest="aoife", now=EVENING)
    tabs.close_tab(tab_id=card_tab.id, by=ada, now=EVENING)
    return factories.make_tab(larkspur, ada, scone, token_code="MINT-01")


def wrong_code(tab):
    return f"{(int(tab.share_code) + 1) % 10_000:04d}"


def test_the_first_browser_to_scan_has_the_tab(card_tab):
    claim = claims.scan(tab=card_tab, browser_digest="aoife", now=EVENING)

    assert claim == TabClaim.objects.get(
        tab=card_tab, state="granted", way="first_scan", token_code="MINT-01"
    )
    assert claims.scan(tab=card_tab, browser_digest="aoife", now=LATER) == claim
    assert claims.scan(tab=card_tab, browser_digest="tom", now=LATER) is None
    event = TabEvent.objects.get(tab=card_tab, kind="claim_granted")
    assert (event.data, event.actor) == ({"way": "first_scan"}, "guest")


def test_who_had_an_earlier_tab_of_the_card_does_not_get_in_by_scanning(next_tab):
    assert claims.scan(tab=next_tab, browser_digest="aoife", now=LATER) is None
    assert claims.scan(tab=next_tab, browser_digest="tom", now=LATER) is not None


def test_another_card_of_the_same_guest_is_new(next_tab, larkspur, ada):
    other = factories.make_tab(larkspur, ada, token_code="PLUM-02")

    assert claims.scan(tab=other, browser_digest="aoife", now=LATER) is not None


def test_a_closed_tab_is_shown_to_those_who_had_it_only(next_tab, card_tab):
    assert claims.scan(tab=card_tab, browser_digest="aoife", now=LATER) is not None
    assert claims.scan(tab=card_tab, browser_digest="tom", now=LATER) is None


def test_the_share_code_lets_a_second_browser_in(card_tab):
    code = f" {card_tab.share_code} "

    assert claims.enter_share_code(tab_id=card_tab.id, browser_digest="tom", code=code, now=EVENING)

    assert standings.standing(tab=card_tab, browser_digest="tom") == ClaimState.GRANTED
    assert TabClaim.objects.get().way == ClaimWay.SHARE_CODE


def test_a_wrong_code_lets_nobody_in(card_tab):
    for code in (wrong_code(card_tab), "", "\uff11\uff12\uff13\uff14", card_tab.share_code + "0"):
        assert not claims.enter_share_code(
            tab_id=card_tab.id, browser_digest="tom", code=code, now=EVENING
        )

    assert standings.standing(tab=card_tab, browser_digest="tom") is None


def test_a_browser_has_few_tries(card_tab):
    def guess(code):
        return claims.enter_share_code(
            tab_id=card_tab.id, browser_digest="tom", code=code, now=EVENING
        )

    for _ in range(SHARE_CODE_TRIES):
        assert not guess(wrong_code(card_tab))

    with pytest.raises(TooManyTries):
        guess(card_tab.share_code)
    assert claims.enter_share_code(
        tab_id=card_tab.id, browser_digest="maeve", code=card_tab.share_code, now=EVENING
    )


def test_many_browsers_together_have_few_tries_too(card_tab):
    for number in range(SHARE_CODE_TRIES_PER_TAB):
        claims.enter_share_code(
            tab_id=card_tab.id,
            browser_digest=f"bot-{number}",
            code=wrong_code(card_tab),
            now=EVENING,
        )

    with pytest.raises(TooManyTries):
        claims.enter_share_code(
            tab_id=card_tab.id, browser_digest="bot", code=card_tab.share_code, now=EVENING
        )


def test_tries_are_forgotten_after_a_while(monkeypatch):
    count_try("key", most=1, seconds=60)
    with pytest.raises(TooManyTries):
        count_try("key", most=1, seconds=60)
    cache.delete("key")

    count_try("key", most=1, seconds=60)


def test_a_count_that_runs_out_between_two_calls_starts_again(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args, **_kwargs: None, raising=False)

    count_try("fleeting", most=1, seconds=60)

    assert cache.get("fleeting") == 1


def test_staff_let_a_browser_in_that_asks(card_tab, ada, larkspur):
    asked = claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)
    assert standings.waiting(larkspur) == (asked,)

    claims.decide(claim_id=asked.id, tab_id=card_tab.id, by=ada, grant=True, now=LATER)

    asked.refresh_from_db()
    assert (asked.state, asked.way) == ("granted", "staff")
    assert (asked.decided_by, asked.decided_at) == (ada, LATER)
    assert standings.waiting(larkspur) == ()
    assert TabEvent.objects.get(tab=card_tab, kind="claim_granted").by == ada


def test_a_refused_browser_stays_refused(card_tab, ada):
    asked = claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)
    claims.decide(claim_id=asked.id, tab_id=card_tab.id, by=ada, grant=False, now=LATER)

    again = claims.request(tab_id=card_tab.id, browser_digest="tom", now=LATER)

    assert (again.id, again.state) == (asked.id, ClaimState.REFUSED)
    assert claims.scan(tab=card_tab, browser_digest="tom", now=LATER) is None


def test_an_answer_stands(card_tab, ada, niamh):
    asked = claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)
    claims.decide(claim_id=asked.id, tab_id=card_tab.id, by=ada, grant=True, now=LATER)

    again = claims.decide(claim_id=asked.id, tab_id=card_tab.id, by=niamh, grant=False, now=LATER)

    assert (again.state, again.decided_by) == (ClaimState.GRANTED, ada)


def test_a_request_is_answered_at_its_own_tab(card_tab, tab, ada):
    asked = claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)

    with pytest.raises(ClaimUnknown):
        claims.decide(claim_id=asked.id, tab_id=tab.id, by=ada, grant=True, now=LATER)

    assert standings.standing(tab=card_tab, browser_digest="tom") == ClaimState.REQUESTED


def test_only_so_many_browsers_wait_at_one_tab(card_tab):
    for number in range(MOST_WAITING):
        claims.request(tab_id=card_tab.id, browser_digest=f"bot-{number}", now=EVENING)

    with pytest.raises(TooManyTries):
        claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)
    again = claims.request(tab_id=card_tab.id, browser_digest="bot-0", now=EVENING)
    assert again.state == ClaimState.REQUESTED


def test_reset_puts_everybody_out_and_changes_the_code(card_tab, ada):
    claims.scan(tab=card_tab, browser_digest="aoife", now=EVENING)
    claims.request(tab_id=card_tab.id, browser_digest="tom", now=EVENING)
    known = card_tab.share_code

    for _ in range(20):  # A new code may by chance be the old one; twenty are not.
        claims.reset(tab_id=card_tab.id, by=ada, now=LATER)
        card_tab.refresh_from_db()
        if card_tab.share_code != known:
            break

    assert card_tab.share_code != known
    assert {claim.state for claim in TabClaim.objects.all()} == {ClaimState.RESET}
    assert claims.scan(tab=card_tab, browser_digest="aoife", now=LATER) is None
    assert claims.scan(tab=card_tab, browser_digest="maeve", now=LATER) is not None
    assert claims.request(tab_id=card_tab.id, browser_digest="aoife", now=LATER).state == (
        ClaimState.REQUESTED
    )


def test_a_guest_is_led_to_the_tab_they_had_last(next_tab, card_tab, larkspur):
    def find(browser, code="MINT-01"):
        return standings.find_claimed_tab(venue=larkspur, token_code=code, browser_digest=browser)

    assert find("aoife") == card_tab
    assert find("tom") is None
    assert find("aoife", "PLUM-02") is None
    claims.enter_share_code(
        tab_id=next_tab.id, browser_digest="aoife", code=next_tab.share_code, now=LATER
    )
    assert find("aoife") == next_tab


def test_an_unknown_request_is_refused(card_tab, ada):
    with pytest.raises(ClaimUnknown):
        claims.decide(claim_id=0, tab_id=card_tab.id, by=ada, grant=True, now=LATER)
