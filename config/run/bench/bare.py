"""What Django alone costs: one view, raw SQL, no middleware, the same six calls.

Served like the product: `gunicorn config.run.bench.bare:application`. It authenticates, locks,
numbers, books and checks Stripe's signature; it has no tenancy, history, idempotency or receipts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from config.run.bench.operation import WEBHOOK_SECRET
from config.settings.reading import with_options

settings.configure(
    SECRET_KEY="bare",  # noqa: S106  # It signs nothing.
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    DATABASES={
        "default": with_options(
            dict(dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)),
            statement_timeout="5s",
        )
    },
)

from django.db import connection, transaction  # noqa: E402  # Django reads settings as it loads.

TOTAL = "SELECT total FROM bare_tab WHERE id = %s AND status = 'open'"
LOCKED = TOTAL if connection.vendor == "sqlite" else f"{TOTAL} FOR UPDATE"


@transaction.atomic
def open_tab(request: HttpRequest) -> HttpResponse:
    venue = _venue(request)
    number = _one("UPDATE bare_venue SET next = next + 1 WHERE id = %s RETURNING next", venue)
    tab = _one(
        "INSERT INTO bare_tab (venue, number, label, status, total)"
        " VALUES (%s, %s, %s, 'open', 0) RETURNING id",
        *(venue, number, json.loads(request.body)["label"]),
    )
    return JsonResponse({"id": tab, "number": number})


@transaction.atomic
def add_line(request: HttpRequest, tab: int) -> HttpResponse:
    _venue(request)
    line = json.loads(request.body)
    total = _one(LOCKED, tab)
    price = 300 + line["item"]
    _do(
        "INSERT INTO bare_line (tab, item, quantity, price) VALUES (%s, %s, %s, %s)",
        *(tab, line["item"], line["quantity"], price),
    )
    _do("UPDATE bare_tab SET total = %s WHERE id = %s", total + price, tab)
    return JsonResponse({"id": tab, "total": total + price})


@transaction.atomic
def close(request: HttpRequest, tab: int) -> HttpResponse:
    _venue(request)
    total = _one("UPDATE bare_tab SET status = 'closed' WHERE id = %s RETURNING total", tab)
    _do("INSERT INTO bare_request (tab, amount) VALUES (%s, %s)", tab, total)
    email = json.loads(request.body)["email"]
    _do("INSERT INTO bare_message (tab, recipient, body) VALUES (%s, %s, 'Pay here')", tab, email)
    return JsonResponse({"id": tab, "total": total})


@transaction.atomic
def hook(request: HttpRequest) -> HttpResponse:
    at, code = (part.partition("=")[2] for part in request.headers["Stripe-Signature"].split(","))
    words = f"{at}.".encode() + request.body
    if not hmac.compare_digest(hmac.digest(WEBHOOK_SECRET.encode(), words, "sha256").hex(), code):
        return HttpResponse(status=400)
    event = json.loads(request.body)
    _do("INSERT INTO bare_inbox (event, body) VALUES (%s, %s)", event["id"], request.body.decode())
    tab = int(event["data"]["object"]["id"].rpartition("_")[2])
    total = _one("UPDATE bare_tab SET status = 'settled' WHERE id = %s RETURNING total", tab)
    _do("INSERT INTO bare_entry (tab, amount, source) VALUES (%s, %s, %s)", tab, total, f"t{tab}")
    return HttpResponse()


def _venue(request: HttpRequest) -> int:
    digest = hashlib.sha256(request.headers["Authorization"].encode()).hexdigest()
    return int(_one("SELECT venue FROM bare_key WHERE digest = %s", digest))


def _one(statement: str, *values: str | int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


def _do(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


urlpatterns = [
    path("tabs/", open_tab),
    path("tabs/<int:tab>/lines/", add_line),
    path("tabs/<int:tab>/closure/", close),
    path("hook/", hook),
]
application = get_wsgi_application()
