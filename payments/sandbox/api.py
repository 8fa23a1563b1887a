"""One request of the API: who asks, what for, whether it was asked before, and the answer."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import traceback
from dataclasses import dataclass, field
from typing import Any, Final

import stripe
from werkzeug.wrappers import Request, Response

from payments.sandbox import errors, faults, idempotency, ids, listing, routes, validation, wire
from payments.sandbox.call import Call
from payments.sandbox.errors import ApiError
from payments.sandbox.faults import Fault
from payments.sandbox.idempotency import Remembered
from payments.sandbox.machine import ConnectionDropped, Machine
from payments.sandbox.routes import Route

_TEST_KEY: Final = re.compile(r"[sr]k_test_\w+")


@dataclass
class Exchange:
    """A request while it is worked on; what of it belongs into the log."""

    machine: Machine
    request: Request
    request_id: str = field(default_factory=lambda: f"req_{ids.letters(14)}")
    account: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False

    @property
    def key(self) -> str | None:
        """Only what changes something can be asked for by key."""
        given = self.request.headers.get("Idempotency-Key") or None
        return given if self.request.method == "POST" else None

    @property
    def subject(self) -> str:
        """What faults are matched with."""
        return f"{self.request.method} {self.request.path}"


def respond(machine: Machine, request: Request) -> Response:
    exchange = Exchange(machine, request)
    try:
        answer = _answer(exchange)
    except ApiError as error:
        answer = _remembered(exchange, error.status, error.body)
    except ConnectionDropped:
        _log(exchange, Remembered(0, "", exchange.request_id))
        raise
    except Exception:  # noqa: BLE001  # A fault of the sandbox itself looks like one of Stripe's.
        traceback.print_exc(file=sys.stderr)
        failure = ApiError(500, "The sandbox itself failed.", kind="api_error")
        answer = _remembered(exchange, failure.status, failure.body)
        _forget_key(exchange)
    _log(exchange, answer)
    return _response(exchange, answer)


def _answer(exchange: Exchange) -> Remembered:
    _break_before(exchange)
    exchange.account = _authenticate(exchange)
    exchange.params = _params(exchange.request)
    found = routes.find(exchange.request.method, exchange.request.path)
    if found is None:
        raise errors.unrecognised(exchange.request.method, exchange.request.path)
    known = _known_answer(exchange)
    if known is not None:
        exchange.replayed = True
        return known
    try:
        params = validation.validate(exchange.params, found[0].declared())
    except ApiError:
        _forget_key(exchange)
        raise
    _slow_down(exchange)
    answer = _work(exchange, *found, params)
    return _break_after(exchange, answer)


def _break_before(exchange: Exchange) -> None:
    fault = faults.take(exchange.machine.store, "api", exchange.subject, faults.BEFORE)
    if fault is None:
        return
    if fault.kind == "drop_before":
        raise ConnectionDropped
    raise faults.error_of(fault)


def _authenticate(exchange: Exchange) -> str:
    """The account this key, or the header beside it, works on.

    :raises ApiError: 401 for anything that is not a test key.
    """
    headers = exchange.request.headers
    authorization = exchange.request.authorization
    key = (authorization.token or authorization.username) if authorization else None
    if not key:
        raise errors.unauthorised("You did not provide an API key.")
    if not _TEST_KEY.fullmatch(key):
        raise errors.unauthorised(f"Invalid API Key provided: {key[:8]}****")
    _check_rights(exchange, key)
    version = headers.get("Stripe-Version", stripe.api_version)
    if version != stripe.api_version:
        raise ApiError(400, f"The sandbox speaks {stripe.api_version} only, not {version}.")
    own = f"acct_{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    connected = headers.get("Stripe-Account")
    if not connected or connected == own:
        return own
    if not connected.startswith("acct_"):
        raise ApiError(403, "The provided key does not have access to this account.")
    exchange.machine.store.query("INSERT OR REPLACE INTO connected VALUES (?, ?)", (connected, own))
    return connected


def _check_rights(exchange: Exchange, key: str) -> None:
    """:raises ApiError: 401 for a key that was revoked, 403 where it lacks the permission."""
    rows = exchange.machine.store.query("SELECT lacks FROM keys WHERE key = ?", (key,))
    lacks = json.loads(rows[0]["lacks"]) if rows else []
    if "*" in lacks:
        raise errors.unauthorised("Expired API Key provided.", code="api_key_expired")
    resource = exchange.request.path.removeprefix("/v1/")
    if any(resource.startswith(each) for each in lacks):
        raise errors.forbidden("The provided key does not have the required permissions.")


def _params(request: Request) -> dict[str, Any]:
    """What was asked for, wherever it was written."""
    if (request.content_length or 0) > wire.LARGEST_BODY:
        raise ApiError(413, "The request is too large.")
    body = request.get_data(as_text=True) if request.method == "POST" else ""
    return wire.decode(request.query_string.decode()) | wire.decode(body)


def _known_answer(exchange: Exchange) -> Remembered | None:
    if exchange.key is None:
        return None
    store = exchange.machine.store
    fault = faults.take(store, "api", exchange.subject, ("idempotency_in_use",))
    if fault:
        raise faults.error_of(fault)
    request = exchange.request
    print_ = idempotency.fingerprint(request.method, request.path, exchange.params)
    return idempotency.begin(store, exchange.account, exchange.key, print_)


def _forget_key(exchange: Exchange) -> None:
    if exchange.key:
        idempotency.forget(exchange.machine.store, exchange.account, exchange.key)


def _slow_down(exchange: Exchange) -> None:
    fault = faults.take(exchange.machine.store, "api", exchange.subject, ("slow",))
    if fault:
        exchange.machine.pause(fault.seconds)


def _work(
    exchange: Exchange, route: Route, names: tuple[str, ...], params: dict[str, Any]
) -> Remembered:
    """Do it, and remember the answer in the same transaction."""
    machine = exchange.machine
    expand = params.pop("expand", [])
    call = Call(
        machine.store,
        exchange.account,
        params,
        base_url=machine.public_url or exchange.request.host_url.rstrip("/"),
        follows_host=machine.open_to_network and not machine.public_url,
        request_id=exchange.request_id,
        idempotency_key=exchange.key,
    )
    try:
        with machine.work():
            answer = _remembered(exchange, *_handle(call, route, names, expand))
            _finish(exchange, answer)
    except ApiError as error:
        answer = _remembered(exchange, error.status, error.body)
        _finish(exchange, answer)
    return answer


def _handle(
    call: Call, route: Route, names: tuple[str, ...], expand: list[str]
) -> tuple[int, dict[str, Any]]:
    """A refusal that leaves something behind is an answer; any other undoes what was done."""
    try:
        return 200, listing.expand(call, route.handler(call, *names), expand)
    except ApiError as error:
        if error.keep:
            return error.status, error.body
        raise


def _break_after(exchange: Exchange, answer: Remembered) -> Remembered:
    """The work is done and stands; only the answer goes astray."""
    fault: Fault | None = faults.take(exchange.machine.store, "api", exchange.subject, faults.AFTER)
    if fault is None:
        return answer
    if fault.kind == "timeout_after_commit":
        exchange.machine.pause(fault.seconds)
        raise ConnectionDropped
    error = faults.error_of(fault)
    answer = _remembered(exchange, error.status, error.body)
    _finish(exchange, answer)
    return answer


def _remembered(exchange: Exchange, status: int, body: dict[str, Any]) -> Remembered:
    return Remembered(status, json.dumps(body, indent=2), exchange.request_id)


def _finish(exchange: Exchange, answer: Remembered) -> None:
    if exchange.key:
        idempotency.finish(exchange.machine.store, exchange.account, exchange.key, answer)


def _log(exchange: Exchange, answer: Remembered) -> None:
    exchange.machine.store.log(
        {
            "request_id": exchange.request_id,
            "account": exchange.account,
            "method": exchange.request.method,
            "path": exchange.request.path,
            "params": json.dumps(exchange.params),
            "idempotency_key": exchange.key,
            "status": answer.status,
            "replayed": int(exchange.replayed),
            "body": answer.body,
        }
    )


def _response(exchange: Exchange, answer: Remembered) -> Response:
    response = Response(answer.body, answer.status, mimetype="application/json")
    response.headers["Request-Id"] = answer.request_id
    response.headers["Stripe-Version"] = stripe.api_version
    if exchange.account:
        response.headers["Stripe-Account"] = exchange.account
    if exchange.key:
        response.headers["Idempotency-Key"] = exchange.key
    if exchange.replayed:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.request_id
    return response
