"""The self-check, run against the sandbox it compares with: no difference, and none unnoticed."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from payments.gateway import stripe_selfcheck
from payments.gateway.stripe_selfcheck import Finding, LiveKey
from tests.contract.sandbox_world import KEY, open_world


@pytest.fixture
def world(settings):
    with open_world() as opened:
        settings.STRIPE_API_BASE = opened.url
        settings.STRIPE_SECRET_KEY = KEY
        yield opened


def test_the_sandbox_answers_as_the_sandbox(world, capsys):
    call_command("stripe_selfcheck")

    said = capsys.readouterr().out
    assert said.count("as expected") == len(stripe_selfcheck.PATHS)
    assert KEY not in said


def test_a_difference_is_told_and_fails(world, capsys, monkeypatch):
    walk, expected = stripe_selfcheck.PATHS["pay"]
    wrong = {"pay": (walk, {**expected, "status": "processing"})}
    monkeypatch.setattr(stripe_selfcheck, "PATHS", wrong)

    with pytest.raises(CommandError, match="1 paths differ"):
        call_command("stripe_selfcheck")

    assert "status: 'succeeded', the sandbox answers 'processing'" in capsys.readouterr().out


def test_a_path_that_fails_is_a_difference(world):
    world.fault("http_500_before", match="/v1/refunds", times=9)

    findings = {each.path: each for each in stripe_selfcheck.run(KEY)}

    assert findings["refund"].differences
    assert not findings["dispute"].differences


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "", "pk_test_1"])
def test_only_keys_of_test_mode_are_used(world, settings, key):
    settings.STRIPE_SECRET_KEY = key

    with pytest.raises(LiveKey):
        list(stripe_selfcheck.run(key))
    with pytest.raises(CommandError, match="test mode"):
        call_command("stripe_selfcheck")
    assert world.look("requests")["requests"] == []


def test_what_only_one_side_says_is_a_difference():
    finding = Finding(path="pay", expected={"a": 1}, found={"b": 2})

    assert len(finding.differences) == 2
