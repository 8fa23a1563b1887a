"""What the sandbox remembers, how it starts and ends, and how it is run by hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import stripe

from payments.sandbox.server import SandboxServer
from tests.contract.sandbox_conformance import problems
from tests.contract.sandbox_shop import SECRET, Shop
from tests.contract.sandbox_world import ALWAYS_ASKS, KEY, open_world

ROOT = Path(__file__).parents[2]
EVERYWHERE = "0.0.0.0"  # noqa: S104  # Bound to for the length of one test.


@pytest.fixture
def world():
    with open_world() as opened:
        yield opened


def test_state_survives_a_restart(tmp_path):
    state = str(tmp_path / "sandbox.sqlite3")
    with open_world(state=state) as before:
        made = before.stripe.customers.create({"name": "Grace"}, {"idempotency_key": "once"})
        session = before.session()
        before.press_pay(session.url, ALWAYS_ASKS)
        before.control("clock", advance=600)

    with open_world(state=state) as after:
        again = after.stripe.customers.create({"name": "Grace"}, {"idempotency_key": "once"})
        intent = after.fetch(session.id).payment_intent
        after.press_bank(f"{after.url}/c/bank/{intent.id}")
        paid = after.fetch(session.id)

    assert again.id == made.id
    assert intent.status == "requires_action"
    assert paid.payment_status == "paid"
    assert paid.payment_intent.latest_charge.created - session.created >= 600


def test_an_event_that_found_nobody_is_delivered_after_the_restart(tmp_path):
    state = str(tmp_path / "sandbox.sqlite3")
    with Shop() as gone:
        address = gone.url
    with SandboxServer(state=state, webhook=(address, SECRET), retries=(60.0,)) as server:
        stripe.StripeClient(KEY, base_addresses={"api": server.url}).v1.customers.create({})
        time.sleep(0.2)

    with Shop() as shop, SandboxServer(state=state, webhook=(shop.url, SECRET)) as server:
        requests.post(f"{server.url}/_sandbox/resend", json={}, timeout=5)

        shop.wait_for("customer.created")


def test_the_endpoint_of_last_time_is_gone_when_another_is_given(tmp_path):
    state = str(tmp_path / "sandbox.sqlite3")
    with open_world(state=state) as before:
        former = before.shop

    with open_world(state=state) as after:
        after.stripe.customers.create({})

        after.shop.wait_for("customer.created")
        assert [one["url"] for one in after.look("books")["endpoints"]] == [after.shop.url]
    assert former.events == []


def test_a_reset_forgets_all_but_the_first_endpoint(world):
    world.paid()

    world.control("reset")

    assert world.stripe.charges.list().data == []
    assert world.look("books")["accounts"] == {}
    world.stripe.customers.create({})
    world.shop.wait_for("customer.created")


def test_the_books_hold_every_payment_with_what_came_of_it(world):
    session = world.paid(payment_intent_data={"metadata": {"op": "1"}})
    world.stripe.refunds.create({"payment_intent": session.payment_intent.id, "amount": 250})

    lines = world.look("books")["accounts"][world.stripe.accounts.retrieve_current().id]

    assert lines == [
        {
            "id": session.payment_intent.id,
            "status": "succeeded",
            "amount": 1250,
            "amount_received": 1250,
            "amount_refunded": 250,
            "currency": "eur",
            "metadata": {"op": "1"},
            "disputed": False,
            "session": session.id,
        }
    ]


def test_the_clock_only_moves_forward(world):
    before = world.look("health")["now"]

    after = world.control("clock", advance=3600)["now"]

    assert after - before >= 3600
    assert "error" in world.control("clock", advance=-1)


@pytest.mark.parametrize("path", ["/_sandbox/nonsense", "/c/nonsense", "/c/pay/cs_no", "/nonsense"])
def test_an_unknown_page_is_not_found(world, path):
    assert requests.get(world.url + path, timeout=5).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/_sandbox/health", "/c/page.css"])
def test_a_known_page_is_found(world, path):
    assert requests.get(world.url + path, timeout=5).status_code == 200


def test_a_wish_that_is_no_json_is_refused(world):
    answer = requests.post(f"{world.url}/_sandbox/clock", data=b"{", timeout=5)

    assert answer.status_code == 400


def test_the_page_is_where_its_public_address_is():
    with open_world(public_url="https://pay.example.org/") as world:
        session = world.session()

    assert session.url == f"https://pay.example.org/c/pay/{session.id}"


def test_a_phone_is_sent_to_the_host_it_came_by():
    with open_world(host=EVERYWHERE) as world:
        abroad = world.session(success_url="http://192.0.2.7:8000/paid")
        at_home = world.session()

    port = world.url.rpartition(":")[2]
    assert abroad.url == f"http://192.0.2.7:{port}/c/pay/{abroad.id}"
    assert at_home.url == f"{world.url}/c/pay/{at_home.id}"


def test_a_taken_port_is_said_clearly(world):
    port = world.url.rpartition(":")[2]

    done = run("-m", "payments.sandbox", "--port", port)

    assert done.returncode == 1
    assert "cannot start" in done.stderr


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_an_endpoint_without_a_secret_is_refused():
    done = run("-m", "payments.sandbox", "--webhook-url", "http://127.0.0.1:9/")

    assert done.returncode == 2
    assert "--webhook-secret" in done.stderr


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
def test_the_program_says_its_address_serves_and_ends_quietly(farewell):
    command = [sys.executable, "-m", "payments.sandbox", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout
        said = program.stdout.readline()
        url = said.split()[-1]
        client = stripe.StripeClient(KEY, base_addresses={"api": url}).v1
        made = client.customers.create({"name": "Grace"})
        program.send_signal(farewell)
        rest, complaints = program.communicate(timeout=10)

    assert said.startswith("Stripe sandbox at http://127.0.0.1:")
    assert made.name == "Grace"
    assert (program.returncode, rest, complaints) == (0, "", "")


def test_a_wrong_shape_does_not_pass_unnoticed(world):
    paid = world.paid()
    body = world.stripe.payment_intents.retrieve(paid.payment_intent.id).to_dict()
    wrong = json.loads(json.dumps(body))
    del wrong["amount_received"]
    wrong |= {"amout": 1, "status": "done", "created": "today"}
    wrong["automatic_payment_methods"]["enabled"] = "yes"

    found = problems(wrong)

    assert problems(body) == []
    assert sorted(one.split(":")[0] for one in found) == [
        "payment_intent.amount_received",
        "payment_intent.amout",
        "payment_intent.automatic_payment_methods.enabled",
        "payment_intent.created",
        "payment_intent.status",
    ]
