"""How amounts, dates, tokens, states, icons and colours are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from config.kernel.money import Money
from orders.templatetags import display

FRIDAY = datetime(2025, 12, 5, 18, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(128_460, "EUR"), "€1,284.60"),
        (Money(-1000, "EUR"), "\u2212€10.00"),
        (Money(0, "EUR"), "€0.00"),
        (Money(12_000, "KRW"), "₩12,000"),
        (Money(1250, "KWD"), "KWD\u00a01.250"),
        (Money(-1250, "KWD"), "\u2212KWD\u00a01.250"),
        (Money(350_000, "ISK"), "ISK\u00a03,500"),
    ],
)
def test_an_amount_is_written_with_its_own_symbol_sign_and_decimals(amount, written):
    with translation.override("en"):
        assert display.money_text(amount) == written


def test_an_amount_follows_the_readers_language():
    with translation.override("de"):
        assert display.money_text(Money(-128_460, "EUR")) == "\u22121.284,60\u00a0€"


def test_an_unknown_language_reads_english():
    with translation.override("xx"):
        assert display.money_text(Money(500, "EUR")) == "€5.00"


def test_no_amount_is_ever_rounded():
    odd_crowns = Money(12_345, "ISK")

    with translation.override("en"):
        written = display.money_text(odd_crowns)

    assert written == "ISK\u00a0123.45"


def test_money_in_a_page_carries_its_plain_value():
    page = Template("{% load display %}{{ sum|money }} {% money sum 'big' %}")

    shown = page.render(Context({"sum": Money(-1000, "EUR")}))

    assert shown == (
        '<data class="money" value="-10.00">\u2212€10.00</data> '
        '<data class="money big" value="-10.00">\u2212€10.00</data>'
    )


def test_no_amount_shows_nothing():
    page = Template("{% load display %}[{{ sum|money }}{{ sum|money_text }}{% money sum %}]")

    assert page.render(Context({"sum": None})) == "[]"


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("long", "Friday 5 December"),
        ("full", "Friday 5 December 2025"),
        ("short", "Fri 5 Dec"),
        ("day", "5 Dec"),
        ("time", "18:42"),
        ("moment", "Fri 5 Dec, 18:42"),
    ],
)
def test_a_moment_is_written_in_each_style(style, written):
    with translation.override("en"), timezone.override(UTC):
        assert display.when_text(FRIDAY, style) == written


def test_a_moment_is_shown_in_the_active_time_zone():
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Seoul")):
        shown = display.when(FRIDAY, "moment")

    assert shown == '<time datetime="2025-12-06T03:42+09:00">Sat 6 Dec, 03:42</time>'


def test_a_date_belongs_to_no_time_zone():
    with translation.override("en"), timezone.override(ZoneInfo("Pacific/Auckland")):
        shown = display.when(date(2025, 12, 5))

    assert shown == '<time datetime="2025-12-05">Friday 5 December</time>'


def test_a_naive_moment_is_left_as_it_is():
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Seoul")):
        assert display.when_text(FRIDAY.replace(tzinfo=None), "time") == "18:42"


def test_no_moment_shows_nothing():
    assert display.when(None) == ""
    assert display.when_text(None) == ""


@pytest.mark.parametrize(
    ("code", "paper"), [("MINT-42", "mint"), ("SAGE-20", "mint"), ("fig-6", "lilac")]
)
def test_a_word_has_the_paper_nearest_to_it(code, paper):
    assert display.tint(code) == paper


def test_a_word_nobody_listed_keeps_one_paper():
    assert display.tint("WALRUS-1") == display.tint("WALRUS-99")
    assert display.tint("WALRUS-1") in display.PAPERS


def test_every_listed_paper_has_a_colour():
    assert set(display.WORDS) == set(display.PAPERS)


def test_a_token_shows_its_word_and_number_on_its_paper():
    assert display.token("MINT-42", "s") == (
        '<span class="token token--s" data-tint="mint"><span class="token__word">MINT'
        '<span class="visually-hidden">-</span></span><span class="token__num">42</span></span>'
    )


def test_a_token_cannot_smuggle_markup():
    assert "<b>" not in display.token("<b>-1")


def test_a_badge_says_its_state_with_glyph_word_and_colour():
    with translation.override("en"):
        shown = display.badge("written_off")

    assert shown.startswith('<span class="badge" data-state="written-off"><svg ')
    assert shown.endswith("</svg>Written off</span>")


def test_a_badge_may_say_other_words():
    assert display.badge("due", "Due Fri 5 Dec").endswith("</svg>Due Fri 5 Dec</span>")


@pytest.mark.parametrize(
    ("state", "words"), [("closed", "Payment due"), ("settled", "Paid"), ("void", "Voided")]
)
def test_a_stored_state_reads_as_people_say_it(state, words):
    with translation.override("en"):
        assert display.status_text(state) == words


def test_every_state_has_an_icon_that_exists():
    assert {shown.icon for shown in display.STATES.values()} <= set(display._icons())


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in display.icon("send")
    assert 'role="img" aria-label="Send &amp; close"' in display.icon("send", "i", "Send & close")


def test_an_icon_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        display.icon("unicorn")


def test_a_qr_code_takes_the_surrounding_colour_and_no_inline_style():
    code = display.qr("https://example.org/t/k3y", "Scan to pay")

    assert code.startswith('<svg role="img" aria-label="Scan to pay" ')
    assert 'stroke="currentColor"' in code
    assert "style" not in code


def test_a_venues_colour_becomes_two_css_numbers():
    venue = SimpleNamespace(brand_hue=200, brand_chroma_permille=75)

    assert display.brand(venue) == "--brand-h: 200; --brand-c: 0.075;"


def test_a_venues_colour_can_be_nothing_but_numbers():
    venue = SimpleNamespace(brand_hue="1;}</style>", brand_chroma_permille=75)

    with pytest.raises(ValueError, match="invalid literal"):
        display.brand(venue)
