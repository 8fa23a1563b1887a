"""A guest's card on file: the exact words, agreeing to them, and taking it all back.

Looking changes nothing, so that programs which follow links in mails can neither agree to anything
nor call anything off.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.kernel.browser import BrowserRequest, absolute, address_of, is_only_looking
from config.kernel.errors import DomainError
from config.kernel.http import CONFLICT, UNPROCESSABLE, SeeOther
from payments.gateway.errors import GatewayError
from payments.models import CardConsent
from payments.rules.consent_scope import ConsentScope
from payments.selectors import balances, card_on_file, payers
from payments.selectors.consent_words import Offer
from payments.services import auto_settlement, consents, letting_go
from payments.services.auto_settlement import NothingToCallOff
from payments.services.consents import Signature
from payments.services.pages import CardPaymentsOff, GatewayAway
from payments.web import card_words, words
from payments.web.visits import Visit, link_page, show
from payments.web.words import Notice

logger = logging.getLogger(__name__)
OK = 200
_NO_CONSENT = UUID(int=0)


class AgreeForm(forms.Form):
    """The tick under the words. `digest` names the words that were on the page."""

    scope = forms.ChoiceField(
        choices=[(scope.value, scope.value) for scope in ConsentScope], widget=forms.HiddenInput
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("I have read this and agree"),
        error_messages={"required": _("Tick this first, if you agree.")},
    )


@require_safe
@link_page
def card(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """What is agreed, what will happen when, or what may be agreed to."""
    return _show(request, visit)


@require_POST
@link_page
def agreement(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """The guest agrees, and is led to Stripe's page to give the card."""
    if payers.came_with_the_guest(tab=visit.tab, payer_digest=visit.payer):
        raise Http404
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, form, status=UNPROCESSABLE)
    try:
        consent = consents.agree(
            tab_id=visit.tab.id,
            scope=ConsentScope(form.cleaned_data["scope"]),
            signed=_signature(request, visit, form.cleaned_data["digest"]),
            now=visit.now,
        )
    except (GatewayAway, CardPaymentsOff) as refusal:
        notice = words.of_refusal(refusal)
        return _show(request, visit, form, notice=notice, status=UNPROCESSABLE)
    except DomainError as refusal:
        return _show(request, visit, notice=words.of_refusal(refusal), status=CONFLICT)
    return SeeOther(consent.url)


@require_safe
@link_page
def returned(request: BrowserRequest, visit: Visit, consent: UUID) -> HttpResponse:
    """Back from Stripe: whether the card is kept is asked, never believed."""
    found = card_on_file.find_own(visit.tab, consent)
    if found is None:
        raise Http404
    return _show(request, visit, notice=_ask(request, found, visit))


@require_POST
@link_page
def withdrawal(_request: BrowserRequest, visit: Visit) -> HttpResponse:
    """One press, and the card is kept no longer. Pressing again changes nothing."""
    consent = card_on_file.find_consent(visit.tab)
    if consent is not None:
        letting_go.withdraw(consent_id=consent.id, now=visit.now)
    return _to_card(visit, "taken-back")


@require_POST
@link_page
def not_this_time(request: BrowserRequest, visit: Visit) -> HttpResponse:
    """This one the guest pays otherwise."""
    try:
        auto_settlement.say_not_this_time(tab_id=visit.tab.id, now=visit.now)
    except NothingToCallOff:
        settlement = card_on_file.find_settlement(visit.tab)
        if settlement is not None and settlement.is_live:
            notice = card_words.being_charged()
            return _show(request, visit, notice=notice, status=CONFLICT)
    return _to_card(visit, "not-this-time")


def _signature(request: BrowserRequest, visit: Visit, digest: str) -> Signature:
    back = reverse("pay:card_return", args=[visit.token, _NO_CONSENT])
    here = absolute(request, back).replace(str(_NO_CONSENT), "{consent}")
    return Signature(
        digest=digest,
        address=address_of(request),
        user_agent=request.headers.get("User-Agent", ""),
        browser_digest=visit.payer,
        return_url=here,
        back_url=here,
    )


def _ask(request: BrowserRequest, consent: CardConsent, visit: Visit) -> Notice:
    if is_only_looking(request):
        return card_words.of_consent(consent, is_sure=not consent.is_unfinished)
    try:
        consent = consents.refresh(consent_id=consent.id, now=visit.now)
    except GatewayError:
        logger.warning("Nobody could say what became of agreement %s", consent.id)
        return card_words.of_consent(consent, is_sure=False)
    return card_words.of_consent(consent, is_sure=True)


def _show(
    request: BrowserRequest,
    visit: Visit,
    form: AgreeForm | None = None,
    *,
    notice: Notice | None = None,
    status: int = OK,
) -> HttpResponse:
    on_file = card_on_file.of_tab(visit.tab, now=visit.now)
    is_friend = payers.came_with_the_guest(tab=visit.tab, payer_digest=visit.payer)
    offers = () if is_friend else on_file.offers
    context: dict[str, Any] = {
        "on_file": on_file,
        "offered": [(offer, _form_of(offer, form)) for offer in offers],
        "asked": form if form is not None and form.errors else None,
        "balance": balances.get_standing(visit.tab).balance,
        "notice": notice or card_words.of_done(request.GET.get("done", "")),
    }
    return show(request, visit, "card", context, status=status)


def _form_of(offer: Offer, sent: AgreeForm | None) -> AgreeForm:
    """The form under these words; with its mistake, if it was this one that was sent."""
    if sent is not None and sent.data.get("scope") == offer.scope:
        return sent
    known = {"scope": offer.scope.value, "digest": offer.digest}
    return AgreeForm(initial=known, auto_id=f"id_{offer.scope}_%s")


def _to_card(visit: Visit, done: str) -> HttpResponse:
    return SeeOther(f"{reverse('pay:card', args=[visit.token])}?done={done}")
