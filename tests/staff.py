"""People at the counter: a browser of theirs, with and without htmx, and the clock they work by."""

from __future__ import annotations

from django.test import Client

HTMX = {"HX-Request": "true"}


def browser_of(user):
    """A browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def htmx_of(user):
    """The same, when a page asks for parts of itself."""
    browser = Client(headers=HTMX)
    browser.force_login(user)
    return browser


def to_tab(tab, *parts):
    """The address of a tab's page, or of something about it."""
    return "/".join([f"/v/{tab.venue.slug}/tabs/{tab.id}", *map(str, parts), ""])
