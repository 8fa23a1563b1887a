"""The check of shapes by Stripe's TypeScript declarations can fail, and both are of one age."""

from __future__ import annotations

import copy
import os

import pytest
import stripe

from tests.contract import declarations
from tests.contract.sandbox_world import open_world


@pytest.fixture(scope="module")
def folder():
    try:
        return declarations.install()
    except declarations.Unavailable as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))


def test_packages_of_different_versions_stop_the_build():
    with pytest.raises(declarations.Disagreement, match="upgrade both together"):
        declarations.ensure_one_version("2025-03-31.basil")


@pytest.mark.slow
def test_both_packages_speak_one_version_of_the_api(folder):
    assert declarations.api_version_of(folder) == stripe.api_version


@pytest.mark.slow
def test_the_compiler_sees_what_is_missing_unknown_or_of_the_wrong_kind(folder):
    with open_world() as world:
        intent = world.paid().payment_intent.to_dict()
    missing, unknown, wrong = (copy.deepcopy(intent) for _ in range(3))
    del missing["amount_received"]
    unknown["amout"] = 1
    wrong["created"] = "today"

    assert declarations.compile_all([intent], folder) == 1
    for broken, complaint in ((missing, "TS2741"), (unknown, "TS2353"), (wrong, "TS2322")):
        with pytest.raises(declarations.Disagreement, match=complaint):
            declarations.compile_all([intent, broken], folder)


@pytest.mark.slow
def test_nothing_to_compile_is_no_success(folder):
    with pytest.raises(declarations.Disagreement, match="nothing was checked"):
        declarations.compile_all([], folder)
