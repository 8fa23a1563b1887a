"""Guards that can be switched off, one by one: without any of them a promise must break.

Nothing in the product knows of this. Where a guard has a second one behind it, the second makes
the loss of the first loud: a refusal of the database that nobody had reckoned with.
"""

from __future__ import annotations

from django.db import transaction

from config.kernel.prepared import insert
from orders.services import messages
from orders.services import tabs as tab_services
from payments.selectors import balances
from payments.services import snapshots
from payments.web import webhooks


def money_is_taken_over_once(patch):
    take = snapshots._take_money

    def take_always(attempt, **facts):
        attempt.is_taken = False
        take(attempt, **facts)

    patch.setattr(snapshots, "_take_money", take_always)


def open_pages_reserve_what_they_ask_for(patch):
    patch.setattr(balances, "_reserved", lambda _tabs, _payer: {})


def only_what_is_open_is_closed(patch):
    patch.setattr(tab_services, "ensure_closable", lambda _status: None)


def webhooks_are_signed(patch):
    patch.setattr(webhooks, "verify_webhook", lambda body, _signature, _secrets: body.decode())


def mail_is_written_with_its_reason(patch):
    def put_later(message, *, may_repeat):
        transaction.on_commit(lambda: insert(message))
        return message

    patch.setattr(messages, "_put", put_later)


ALONE = (
    money_is_taken_over_once,
    open_pages_reserve_what_they_ask_for,
    only_what_is_open_is_closed,
    webhooks_are_signed,
    mail_is_written_with_its_reason,
)
