"""A guest agrees to be charged with a card on file, and takes it back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from config.kernel.errors import DomainError, gettext_noop
from orders.models import Customer, Tab
from orders.services import history
from payments.gateway.errors import Busy, GatewayError, OutcomeUnknown
from payments.models import CardConsent, GatewayOperation
from payments.rules.consent_scope import ConsentScope
from payments.rules.consent_states import OVER, ConsentState
from payments.rules.operation_states import OperationKind
from payments.selectors import card_on_file
from payments.selectors.consent_words import TEXT_VERSION, Offer
from payments.services import accounts, card_pages, letting_go, operations
from payments.services.card_errands import MakingCustomer, OpeningSetup
from payments.services.operations import Answer, Errand
from payments.services.pages import CardPaymentsOff, GatewayAway

logger = logging.getLogger(__name__)
PAGE_LIVES: Final = timedelta(minutes=31)


class NotOffered(DomainError):
    """This tab cannot be settled with a card on file."""

    code = "card_on_file_not_offered"


class CardKeptAlready(DomainError):
    """There is a card on file for this guest."""

    code = "card_kept_already"


class WordsChanged(DomainError):
    """The words on the page are no longer the ones that would be agreed to."""

    code = "words_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who pressed "I agree", as far as a web page can tell, and where to go from Stripe.

    `digest` names the words that were on the page. `{consent}` in the addresses becomes the
    agreement's id.
    """

    digest: str
    address: str
    user_agent: str
    browser_digest: str
    return_url: str
    back_url: str


def agree(*, tab_id: UUID, scope: ConsentScope, signed: Signature, now: datetime) -> CardConsent:
    """Record the agreement word for word, and open the page on which the card is given.

    Nothing may be charged before the card is kept. Pressing twice gives the same page.

    :raises NotOffered: the venue, the tab or its guest does not allow it.
    :raises CardKeptAlready: there is a card on file; it has to be taken back first.
    :raises WordsChanged: other words were shown than the ones on offer.
    :raises GatewayAway, CardPaymentsOff: Stripe did not open a page; nothing was kept.
    """
    consent, operation = _sign(tab_id, scope, signed, now=now)
    if consent.state == ConsentState.PAGE_OPEN:
        return consent
    _call(MakingCustomer(operation=operation, now=now))
    consent.refresh_from_db()
    if consent.is_unfinished:
        _call(OpeningSetup(operation=_prepare_page(consent, signed, now=now), now=now))
        consent.refresh_from_db()
    return consent


def refresh(*, consent_id: UUID, now: datetime, patient: bool = False) -> CardConsent:
    """Ask Stripe whether the card was kept.

    :raises OutcomeUnknown, Busy, NotFound: Stripe could not say.
    """
    consent = CardConsent.objects.select_related("account").get(id=consent_id)
    if not consent.is_unfinished or consent.session_id is None:
        return consent
    gateway = accounts.gateway_of(consent.account, patient=patient)
    consent = card_pages.take_over(gateway.get_checkout(consent.session_id), now=now)
    if consent.state in OVER:
        letting_go.let_go(consent, now=now)
    return consent


@transaction.atomic
def _sign(
    tab_id: UUID, scope: ConsentScope, signed: Signature, *, now: datetime
) -> tuple[CardConsent, GatewayOperation]:
    tab = Tab.objects.lock(tab_id)
    customer, offer = _check(tab, scope, signed, now=now)
    before = CardConsent.objects.unfinished().filter(customer=customer).first()
    if before is not None and _is_same(before, tab, signed, now=now):
        return before, _prepare_customer(before, tab, now=now)
    if before is not None:
        before.end(ConsentState.FAILED, now=now)
    consent = CardConsent.objects.create(
        account=accounts.account_of(tab.venue),
        venue=tab.venue,
        customer=customer,
        email=customer.email,
        tab=tab,
        scope=offer.scope,
        cap_minor=offer.cap.minor,
        currency=offer.cap.currency,
        until=offer.until,
        text=offer.text,
        text_version=TEXT_VERSION,
        text_digest=offer.digest,
        locale=offer.locale,
        address=signed.address[:45],
        user_agent=signed.user_agent[:300],
        browser_digest=signed.browser_digest,
        agreed_at=now,
        page_ends_at=now + PAGE_LIVES,
    )
    history.record(
        tab_id=tab.id, kind="card_agreed", at=now, actor="guest", cap_minor=consent.cap_minor
    )
    return consent, _prepare_customer(consent, tab, now=now)


def _check(
    tab: Tab, scope: ConsentScope, signed: Signature, *, now: datetime
) -> tuple[Customer, Offer]:
    """Whose card it will be, and the words on offer now, once everything holds."""
    customer = tab.customer
    if customer is None or not card_on_file.is_offered(tab):
        raise NotOffered(gettext_noop("A card cannot be kept for this tab."))
    if CardConsent.objects.active().filter(customer=customer).exists():
        raise CardKeptAlready(gettext_noop("There is a card on file already. Take it back first."))
    offers = {offer.scope: offer for offer in card_on_file.of_tab(tab, now=now).offers}
    offer = offers.get(scope)
    if offer is None or signed.digest != offer.digest:
        raise WordsChanged(
            gettext_noop("The words have changed while you were reading. Please read them again.")
        )
    return customer, offer


def _is_same(before: CardConsent, tab: Tab, signed: Signature, *, now: datetime) -> bool:
    """The same person pressed again, on the same words, while their page still stands."""
    return (
        before.tab_id == tab.id
        and before.text_digest == signed.digest
        and before.browser_digest == signed.browser_digest
        and now < before.page_ends_at
    )


def _prepare_customer(consent: CardConsent, tab: Tab, *, now: datetime) -> GatewayOperation:
    customer = consent.customer
    return operations.prepare(
        kind=OperationKind.MAKE_CUSTOMER,
        subject_id=consent.id,
        account_id=consent.account_id,
        tab=tab,
        params={
            "name": customer.name,
            "email": consent.email,
        },
        now=now,
    )


def _prepare_page(consent: CardConsent, signed: Signature, *, now: datetime) -> GatewayOperation:
    def put(address: str) -> str:
        return address.replace("{consent}", str(consent.id))

    return operations.prepare(
        kind=OperationKind.OPEN_SETUP,
        subject_id=consent.id,
        account_id=consent.account_id,
        tab=consent.tab,
        params={
            "reference": str(consent.id),
            "customer_ref": consent.customer_ref,
            "currency": consent.currency,
            "description": f"{consent.venue.name}: {consent.text_version}",
            "success_url": put(signed.return_url),
            "cancel_url": put(signed.back_url),
            "expires_at": consent.page_ends_at.isoformat(),
            "locale": consent.locale,
        },
        now=now,
    )


def _call(errand: Errand[Answer]) -> None:
    """Make a call whose guest is waiting, and say how it went in words of ours."""
    try:
        operations.run(errand)
    except (OutcomeUnknown, Busy) as error:
        raise GatewayAway(
            gettext_noop("We can't reach the card page. Nothing was kept. Please try again.")
        ) from error
    except GatewayError as error:
        logger.exception("Stripe refused to keep a card for %s", errand.operation.subject_id)
        raise CardPaymentsOff(
            gettext_noop("Cards cannot be kept here right now. Nothing was charged.")
        ) from error
