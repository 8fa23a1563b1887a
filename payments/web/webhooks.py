"""Stripe's door: verify, store, answer. All work is done later, by a sweep."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.kernel import clock
from payments.gateway import verify_webhook
from payments.gateway.envelopes import read_envelope
from payments.gateway.errors import BadSignature, GatewayBug
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
    secrets = accounts.webhook_secrets(account)
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
        inbox.park(account=account, raw=text, now=now)
        return HttpResponse()
    inbox.store(account=account, envelope=envelope, raw=text, source="webhook", now=now)
    return HttpResponse()


def _account(account_id: UUID) -> MerchantAccount:
    if account_id == HOUSE_ACCOUNT_ID:
        return accounts.house_account()
    return get_object_or_404(MerchantAccount, id=account_id)
