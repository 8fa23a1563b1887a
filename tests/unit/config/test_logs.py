"""Log lines are one event each, can be searched by key, and show no secret."""

from __future__ import annotations

import logging
import sys

import pytest

from config.kernel.tokens import new_token
from config.settings.logs import KeyValueFormatter, hide_secrets

TOKEN = "Zk3vQ8sLx1_Yc-7RtWnB2mPf5HdJgKa9uEoXiTqLvNs"
UUID = "6f1c2a34-58b7-4c1e-9d20-7a4be1f0c911"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET /pay/{TOKEN}/ 200", "GET /pay/[hidden]/ 200"),
        (f"Not Found: /tab/{TOKEN}", "Not Found: /tab/[hidden]"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [hidden]"),
        ("key sk_live_51Hx and rk_test_2", "key sk_[hidden] and rk_[hidden]"),
        ("secret whsec_abc123.", "secret whsec_[hidden]."),
        ("mail to grace@example.org failed", "mail to [hidden]@example.org failed"),
        ("to <grace.o'hara+x@mail.example.org>", "to <[hidden]@mail.example.org>"),
    ],
)
def test_what_lets_somebody_in_is_hidden(text, shown):
    assert hide_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"tab {UUID} closed",
        "session cs_test_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3 expired",
        "payments.services.reconciliation.sweep_open_operations finished",
        "2 < 3 and 5 @ 6",
    ],
)
def test_what_helps_to_find_a_fault_stays(text):
    assert hide_secrets(text) == text


def test_each_new_token_is_hidden():
    assert len(TOKEN) == len(new_token())
    assert hide_secrets(f"/pay/{new_token()}/") == "/pay/[hidden]/"


def test_a_line_is_pairs_that_cannot_be_forged():
    record = _record('Tab "4" closed\nlevel=error', minor=720)

    line = KeyValueFormatter().format(record)

    assert line.partition(" ")[2] == (
        r'level=info logger=orders message="Tab \"4\" closed\nlevel=error" minor=720'
    )


def test_a_traceback_follows_and_is_searched_for_secrets_too():
    try:
        int(TOKEN)
    except ValueError:
        record = _record("It broke", exc_info=sys.exc_info())

    line = KeyValueFormatter().format(record)

    assert "\nTraceback (most recent call last):\n" in line
    assert "with base 10: '[hidden]'" in line
    assert TOKEN not in line


def test_objects_that_others_attach_are_left_out():
    line = KeyValueFormatter().format(_record("Not Found", request=object(), status_code=404))

    assert line.endswith("status_code=404")
    assert "request=" not in line


def _record(message, *, exc_info=None, **extra):
    return logging.getLogger("orders").makeRecord(
        "orders", logging.INFO, __file__, 1, message, (), exc_info, extra=extra
    )
