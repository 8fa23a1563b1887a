"""How pages and mails show things: amounts, dates, tokens, states, icons, QR codes."""

from __future__ import annotations

import io
import re
import zlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import segno
from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.forms import MoneyField
from config.kernel.money import Money
from config.kernel.written_money import currency_symbol, money_text

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.functional import Promise

register = template.Library()

DATE_FORMATS: Final[dict[str, Promise]] = {
    "long": pgettext_lazy("date format: Friday 5 December", "l j F"),
    "full": pgettext_lazy("date format: Friday 5 December 2025", "l j F Y"),
    "short": pgettext_lazy("date format: Fri 5 Dec", "D j M"),
    "day": pgettext_lazy("date format: 5 Dec", "j M"),
    "time": pgettext_lazy("date format: 18:42", "H:i"),
    "moment": pgettext_lazy("date format: Fri 5 Dec, 18:42", "D j M, H:i"),
}

# Papers by the word on the card; a word that is not listed always gets the same paper too.
PAPERS: Final = ("mint", "pear", "honey", "coral", "rose", "plum", "lilac", "sky")
WORDS: Final = {
    "mint": "MINT SAGE FERN MOSS BASIL PINE OLIVE",
    "pear": "PEAR LIME APPLE KIWI",
    "honey": "HONEY OAT CORN LEMON SAND",
    "coral": "CORAL PEACH APRICOT MANGO",
    "rose": "ROSE CHERRY BERRY",
    "plum": "PLUM BEET",
    "lilac": "LILAC FIG GRAPE IRIS",
    "sky": "SKY TEAL SEA RAIN",
}
PAPER_OF: Final = {word: paper for paper, words in WORDS.items() for word in words.split()}


class Shown(NamedTuple):
    """A state as people see it: its words, its glyph, and the recipe that colours it."""

    words: Promise
    icon: str
    colours: str


STATES: Final[dict[str, Shown]] = {
    "open": Shown(_("Open"), "dot", "open"),
    "served": Shown(_("Served"), "served", "served"),
    "due": Shown(_("Payment due"), "clock", "due"),
    "part": Shown(_("Part-paid"), "half", "part"),
    "paid": Shown(_("Paid"), "paid", "paid"),
    "overdue": Shown(_("Overdue"), "alert", "overdue"),
    "disputed": Shown(_("Disputed"), "chat", "disputed"),
    "written-off": Shown(_("Written off"), "ban", "written-off"),
    "merged": Shown(_("Merged"), "merge", "written-off"),
    "void": Shown(_("Voided"), "ban", "written-off"),
}
# What a tab is called in the database, where that is another word than the one shown.
STATES["closed"] = STATES["due"]
STATES["settled"] = STATES["paid"]


class Branded(Protocol):
    """Whatever carries a venue's own colour."""

    brand_hue: int
    brand_chroma_permille: int


# --- Amounts of time -----------------------------------------------------------------------------
@register.filter
def duration(minutes: int | None) -> str:
    """How long a service takes, as people say it: 40 min, 2 h 30."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02d}"}


# --- Money ---------------------------------------------------------------------------------------
register.filter(money_text)
register.filter(currency_symbol)


@register.filter(name="money")
def money_filter(amount: Money | None) -> SafeString:
    return money(amount)


@register.simple_tag
def money(amount: Money | None, classes: str = "") -> SafeString:
    """The amount for people, with its plain value for machines."""
    if amount is None:
        return SafeString()
    return format_html(
        '<data class="{}" value="{}">{}</data>',
        f"money {classes}".strip(),
        f"{amount.decimal:f}",
        money_text(amount),
    )


# --- Dates ---------------------------------------------------------------------------------------
@register.filter
def when_text(moment: date | None, style: str = "long") -> str:
    """A date or a time of day in the active time zone, as plain text."""
    if moment is None:
        return ""
    return date_format(_here(moment), str(DATE_FORMATS[style]))


@register.filter
def when(moment: date | None, style: str = "long") -> SafeString:
    """The same, with the exact moment for machines."""
    if moment is None:
        return SafeString()
    exact = _here(moment).isoformat(*(["T", "minutes"] if isinstance(moment, datetime) else []))
    return format_html('<time datetime="{}">{}</time>', exact, when_text(moment, style))


def _here(moment: date) -> date:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


# --- Tokens --------------------------------------------------------------------------------------
@register.filter
def tint(text: str) -> str:
    """The paper for a token's code or a person's name."""
    word = str(text).partition("-")[0].upper()
    return PAPER_OF.get(word) or PAPERS[zlib.crc32(word.encode()) % len(PAPERS)]


@register.simple_tag
def token(code: str, size: str = "") -> SafeString:
    """The small paper ticket of a code such as MINT-42; size is s, l, xl or none."""
    word, _dash, number = str(code).rpartition("-")
    return format_html(
        '<span class="token{}" data-tint="{}"><span class="token__word">{}'
        '<span class="visually-hidden">-</span></span>'
        '<span class="token__num">{}</span></span>',
        f" token--{size}" if size else "",
        tint(code),
        word,
        number,
    )


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as SVG shapes in the surrounding colour; CSS gives it size and a quiet zone."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0,
        dark="#000", svgclass=None, lineclass=None,
    )  # fmt: skip
    shapes = drawing.getvalue().decode().strip().replace('stroke="#000"', 'stroke="currentColor"')
    return format_html("<svg {}{}", _spoken(label), mark_safe(shapes.removeprefix("<svg")))  # noqa: S308  # Segno's own shapes.


# --- States and icons ----------------------------------------------------------------------------
@register.filter
def status_text(state: str) -> str:
    """What a state is called on a page."""
    return str(_shown(state).words)


@register.simple_tag
def badge(state: str, text: str = "") -> SafeString:
    """A state as glyph, word and colour together."""
    shown = _shown(state)
    return format_html(
        '<span class="badge" data-state="{}">{}{}</span>',
        shown.colours,
        icon(shown.icon),
        text or shown.words,
    )


def _shown(state: str) -> Shown:
    return STATES[str(state).replace("_", "-")]


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon; silent beside a word, spoken when it stands alone with a label."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        classes,
        _spoken(label),
        _icons()[name],
    )


@cache
def _icons() -> dict[str, SafeString]:
    drawn = Path(__file__).with_name("icons.svg").read_text(encoding="utf-8")
    symbols = re.findall(r'<symbol id="(\w+)">(.*?)</symbol>', drawn, re.DOTALL)
    return {
        name: mark_safe(re.sub(r"\s*\n\s*", "", shapes))  # noqa: S308  # Our own file.
        for name, shapes in symbols
    }


def _spoken(label: str) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return SafeString('aria-hidden="true"')


# --- Forms ---------------------------------------------------------------------------------------
@register.filter
def control(field: BoundField) -> SafeString:
    """A field's input in our look. Labels stand above: a placeholder would say the same twice."""
    attributes = field.field.widget.attrs
    attributes.pop("placeholder", None)
    look = "input input--money" if isinstance(field.field, MoneyField) else "input"
    return field.as_widget(attrs={"class": f"{attributes.get('class', '')} {look}".strip()})


# --- Colour --------------------------------------------------------------------------------------
@register.filter
def brand(venue: Branded) -> SafeString:
    """The two numbers of a venue's own colour, as CSS and nothing but CSS."""
    chroma = Decimal(int(venue.brand_chroma_permille)).scaleb(-3)
    return format_html("--brand-h: {}; --brand-c: {};", str(int(venue.brand_hue)), f"{chroma:f}")
