"""The hosted pages' doors: show, pay, ask the bank, and send people back to the shop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from payments.sandbox import cards, pages
from payments.sandbox.call import Call
from payments.sandbox.cards import Card
from payments.sandbox.errors import ApiError
from payments.sandbox.machine import Machine
from payments.sandbox.resources import paying, payment_methods
from payments.sandbox.store import Record

STYLE: Final = (Path(__file__).parent / "page.css").read_bytes()
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_DONE: Final = "checkout.session.completed"


def respond(machine: Machine, request: Request) -> Response:
    match request.path.split("/")[2:]:
        case ["page.css"]:
            return Response(STYLE, mimetype="text/css")
        case ["pay", session_id] if request.method in {"GET", "HEAD", "POST"}:
            return _pay(machine, request, session_id)
        case ["bank", intent_id] if request.method in {"GET", "HEAD", "POST"}:
            return _bank(machine, request, intent_id)
        case _:
            return _page(pages.notice("Not found", "There is no such page."), 404)


def _page(text: str, status: int = 200, shop: str | None = None) -> Response:
    """HTML that loads nothing from elsewhere and may send its form only to the shop and here."""
    parts = urlsplit(shop or "")
    origin = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    response = Response(text, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{origin}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _pay(machine: Machine, request: Request, session_id: str) -> Response:
    with machine.work():
        session = machine.store.find_anywhere(session_id, "checkout.session")
    if session is None:
        return _page(pages.notice("Not found", "There is no such payment page."), 404)
    if session.body["status"] != "open":
        return _closed(session, posted=request.method == "POST")
    if request.method == "POST":
        return _submit(machine, request, session_id)
    tried = session.hidden.get("tried") or {"email": _email_of(session)}
    return _page(
        pages.pay(session, paying.offered(session), **tried), shop=session.body["success_url"]
    )


def _email_of(session: Record) -> str:
    details = session.body["customer_details"] or {}
    return str(details.get("email") or "")


def _closed(session: Record, *, posted: bool) -> Response:
    """A second press of the button lands where the first one did."""
    if session.body["status"] == "complete":
        if posted:
            return _to_shop(session)
        text = "This has been paid. You can close this page."
        return _page(pages.notice("Already paid", text, _success_url(session)))
    text = "This payment page has expired. Nothing was charged; go back for a new one."
    return _page(pages.notice("Page expired", text, session.body["cancel_url"]), 410)


def _success_url(session: Record) -> str:
    return str(session.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def _to_shop(session: Record) -> Response:
    return redirect(_success_url(session), 303)


def _submit(machine: Machine, request: Request, session_id: str) -> Response:
    typed = re.sub(r"[\s-]", "", request.form.get("number", "")).upper()
    card = cards.BY_NUMBER.get(typed or request.form.get("card", cards.CARDS[0].number))
    email = request.form.get("email", "").strip()
    session, intent, call, problem = _try(machine, session_id, card, email)
    if problem:
        chosen = card.number if card else ""
        tried = {"email": email, "number": typed, "chosen": chosen, "problem": problem}
        return _once_more(machine, session, tried)
    if intent and intent.body["status"] == "requires_action":
        return redirect(f"/c/bank/{intent.id}", 303)
    _wait_for_shop(machine, call)
    return _to_shop(session)


def _once_more(machine: Machine, session: Record, tried: dict[str, str]) -> Response:
    """Back to the form, which says what was wrong; reloading it sends nothing again."""
    with machine.work():
        # Read again: somebody else may have paid since.
        latest = machine.store.find_anywhere(session.id, "checkout.session")
        if latest is not None:
            latest.hidden["tried"] = tried
            machine.store.save(latest)
    return redirect(f"/c/pay/{session.id}", 303)


def _try(
    machine: Machine, session_id: str, card: Card | None, email: str
) -> tuple[Record, Record | None, Call, str]:
    """Pay, unless somebody was faster; what was wrong comes back as a sentence."""
    with machine.work():
        session = machine.store.find_anywhere(session_id, "checkout.session")
        assert session is not None
        call = _call(machine, session)
        if session.body["status"] != "open":
            return session, None, call, ""
        if not _EMAIL.fullmatch(email):
            return session, None, call, "Please enter an email address."
        if card is None or card not in paying.offered(session):
            return session, None, call, "Your card number is not one of the test numbers."
        try:
            return session, paying.pay(call, session, card, email), call, ""
        except ApiError as error:
            call.store.save(session)
            return session, None, call, str(error)


def _call(machine: Machine, record: Record) -> Call:
    base_url = record.hidden.get("base_url", "")
    return Call(machine.store, record.account, base_url=base_url)


def _wait_for_shop(machine: Machine, call: Call) -> None:
    """Stripe too gives the shop ten seconds to hear of it before the customer arrives."""
    for kind, event_id in call.emitted:
        if kind == _DONE:
            machine.courier.wait_for(event_id)


def _bank(machine: Machine, request: Request, intent_id: str) -> Response:
    intent = machine.store.find_anywhere(intent_id, "payment_intent")
    intent = intent or machine.store.find_anywhere(intent_id, "setup_intent")
    if intent is None:
        return _page(pages.notice("Not found", "There is no such payment."), 404)
    back = _back_url(machine, intent)
    if request.method == "POST":
        return _answer(machine, intent_id, approved=request.form.get("answer") == "approve")
    if intent.body["status"] != "requires_action":
        text = "The bank's question has been answered already."
        return _page(pages.notice("Nothing to approve", text, back))
    method = machine.store.find(intent.account, intent.body["payment_method"], "payment_method")
    last4 = payment_methods.card_of(method).last4 if method else ""
    return _page(pages.bank(intent, last4), shop=_shop(machine, intent))


def _answer(machine: Machine, intent_id: str, *, approved: bool) -> Response:
    problem = ""
    with machine.work():
        kind = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
        intent = machine.store.find_anywhere(intent_id, kind)
        assert intent is not None
        call = _call(machine, intent)
        try:
            paying.answer_bank(call, intent, approved=approved)
        except ApiError as error:
            problem = str(error)
        session = _session_of(machine, intent)
    if session is None:
        return redirect(_back_url(machine, intent) or f"/c/bank/{intent_id}", 303)
    if problem and session.body["status"] == "open":
        return _once_more(machine, session, {"email": _email_of(session), "problem": problem})
    _wait_for_shop(machine, call)
    return _closed(session, posted=True)


def _session_of(machine: Machine, intent: Record) -> Record | None:
    return machine.store.find_anywhere(intent.hidden.get("session", ""), "checkout.session")


def _shop(machine: Machine, intent: Record) -> str | None:
    session = _session_of(machine, intent)
    found: Any = session.body["success_url"] if session else intent.hidden.get("return_url")
    return str(found) if found else None


def _back_url(machine: Machine, intent: Record) -> str | None:
    session = _session_of(machine, intent)
    if session is not None:
        return f"/c/pay/{session.id}"
    url = intent.hidden.get("return_url")
    if not url:
        return None
    mark = "&" if "?" in url else "?"
    state = "succeeded" if intent.body["status"] in paying.DONE else "failed"
    return f"{url}{mark}{intent.kind}={intent.id}&redirect_status={state}"
