"""Stripe's doors: verify, store, answer. All work is done later, by a sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.kernel import clock
from payments.gateway import verify_webhook
from payments.gateway.envelopes import read_envelope
from payments.gateway.errors import BadSignature, GatewayBug
from payments.gateway.snapshots import EventEnvelope
from payments.models import MerchantAccount
from payments.rules.accounts import HOUSE_ACCOUNT_ID
from payments.services import accounts, inbox

logger = logging.getLogger(__name__)
BAD_REQUEST = 400


@csrf_exempt  # Stripe has no cookie of ours; its signature is the proof.
@require_POST
def stripe_webhook(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """200 for everything Stripe signed, also twice or unreadable; 400 for everything else."""
    account = _account(account_id)
    return _take(request, accounts.webhook_secrets(account), lambda _envelope: account)


@csrf_exempt  # As above.
@require_POST
def connect_webhook(request: HttpRequest) -> HttpResponse:
    """What happens at connected accounts comes to one door; each event says at which."""
    secret = settings.STRIPE_CONNECT_WEBHOOK_SECRET
    return _take(request, [secret] if secret else [], _connected)


def _take(
    request: HttpRequest,
    secrets: Sequence[str],
    account_of: Callable[[EventEnvelope | None], MerchantAccount | None],
) -> HttpResponse:
    if not secrets:
        raise Http404
    now = clock.now()
    try:
        text = verify_webhook(request.body, request.headers.get("Stripe-Signature"), secrets)
    except BadSignature:
        logger.warning("A webhook with a bad signature was turned away")
        return HttpResponse(status=BAD_REQUEST)
    try:
        envelope = read_envelope(text)
    except GatewayBug:
        inbox.park(account=account_of(None) or accounts.house_account(), raw=text, now=now)
        return HttpResponse()
    account = account_of(envelope)
    if account is not None:
        inbox.store(account=account, envelope=envelope, raw=text, source="webhook", now=now)
    return HttpResponse()


def _connected(envelope: EventEnvelope | None) -> MerchantAccount | None:
    return accounts.connected_account(envelope.stripe_account) if envelope else None


def _account(account_id: UUID) -> MerchantAccount:
    if account_id == HOUSE_ACCOUNT_ID:
        return accounts.house_account()
    return get_object_or_404(MerchantAccount, id=account_id)
