"""The tab's page as its tests read and press it."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import EVENING
from tests.staff import browser_of, to_tab

SOON = EVENING + timedelta(minutes=5)


def page_of(tab, user):
    return browser_of(user).get(to_tab(tab)).content.decode()


def pay(user, tab, *, how="", **typed):
    form = {"request_key": "k"} | typed
    return browser_of(user).post(to_tab(tab, "counter") + how, form, follow=True)
