"""Addresses and forms of the pages that keep the menu."""

from __future__ import annotations

from django.urls import reverse


def at(name, *args, venue="larkspur-coffee"):
    return reverse(f"catalogue:{name}", args=[venue, *args])


def item_form(item, **changes):
    typed = {
        "name": item.name,
        "price": "3.20",
        "category": item.category_id,
        "tax": item.tax_rate_id or "",
        "groups": [group.pk for group in item.modifier_groups.all()],
    }
    return typed | changes


def group_form(*choices, **changes):
    typed = {"name": "Size", "least": 1, "most": 1, "choices-INITIAL_FORMS": 0}
    typed["choices-TOTAL_FORMS"] = len(choices)
    for number, choice in enumerate(choices):
        for column, value in choice.items():
            typed[f"choices-{number}-{column}"] = value
    return typed | changes
