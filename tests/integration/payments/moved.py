"""What tests of merging, splitting and handing over look at: tabs, sums, and everything at once."""

from __future__ import annotations

from orders.models import Line, Tab, TabEvent
from orders.selectors import bills
from payments.models import LedgerEntry
from payments.selectors import balances


def read(*tabs):
    return [Tab.objects.get(id=tab.id) for tab in tabs]


def totals(*tabs):
    """What each tab comes to, which its lines must agree with."""
    found = read(*tabs)
    for tab in found:
        if not tab.is_merged:
            assert bills.get_bill(tab_id=tab.id).totals.total == tab.total
    return [tab.total_minor for tab in found]


def owed(*tabs):
    return [balances.get_standing(tab).balance.minor for tab in read(*tabs)]


def parts_of(made):
    return list(made.tabs.exclude(id=made.tab_id).order_by("number"))


def whole():
    """Everything that can be seen of tabs and lines, to be compared before and after."""
    tabs_seen = Tab.objects.exclude(status="merged").values(
        "id", "status", "total_minor", "rounding_minor", "due_at", "token_card_id", "merged_into"
    )
    lines_seen = Line.objects.filter(voided_at=None).values(
        "id", "tab_id", "quantity", "unit_price_minor", "off_minor", "moved_minor"
    )
    return (
        sorted(tabs_seen, key=lambda row: row["id"]),
        sorted(lines_seen, key=lambda row: row["id"]),
    )


def balance_of(account):
    return LedgerEntry.objects.all().balance_of(account, "EUR").minor


def kinds(tab):
    return list(TabEvent.objects.filter(tab=tab).order_by("id").values_list("kind", flat=True))
