"""Taps faster than the answers: nothing that was opened meanwhile is taken away."""

from __future__ import annotations

import re

from playwright.sync_api import expect

ADDING = re.compile("/tabs/[^/]+/lines/$")


def test_a_late_answer_to_a_tap_leaves_the_next_dialog_open(signed_in):
    """The first tap's answer is kept back until the second tap's dialog is there."""
    page = signed_in("larkspur", "staff")
    page.locator("[data-key=n]").click()
    opening = page.get_by_role("dialog")
    opening.get_by_label("Table or place").fill("Fast hands")
    opening.get_by_role("button", name="Open the tab").click()
    page.wait_for_url("**/pad/")
    held = []

    def hold(route):
        held.append(route)

    page.route(ADDING, hold)
    page.locator("button.tile:not([disabled])").first.click()
    page.locator("a.tile").first.click()
    expect(page.locator("#dialog[open]")).to_be_visible()

    with page.expect_response(ADDING):
        held[0].continue_()
    expect(page.locator("#ticket")).to_contain_text("1 item")

    expect(page.locator("#dialog[open]")).to_be_visible()
