"""What Stripe says of a kept card becomes what we know. The one place where it does.

Safe to call with the same news any number of times. A card that turns up for an agreement that is
over is let go at once: nobody may be charged on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from orders.models import Tab
from orders.selectors import bills
from orders.services import history
from payments import emails
from payments.gateway.snapshots import CardSnapshot, CheckoutSnapshot, PageStatus
from payments.models import AutoSettlement, CardConsent
from payments.rules.auto_settlement import Why
from payments.rules.consent_states import OVER, ConsentState
from payments.services import auto_settlement, card_mails, letting_go
from payments.services.marks import subject_of


def is_about_card(metadata: Mapping[str, str]) -> bool:
    """Whether something at Stripe was made to keep a card, by whichever installation."""
    return "consent" in metadata and "attempt" not in metadata


def take_over(snapshot: CheckoutSnapshot, *, now: datetime) -> CardConsent:
    """Take over what Stripe says of a page on which a card is given.

    :raises NotOurs: it carries no metadata of this installation.
    :raises CardConsent.DoesNotExist: it is ours, but its agreement is not to be found (yet).
    """
    return _apply(subject_of(snapshot.metadata, "consent"), snapshot, now=now)


def take_over_card(card: CardSnapshot, *, now: datetime) -> None:
    """A card was taken away, or became another: then nobody agreed to its being charged.

    A new expiry date changes nothing; a new brand asks for a new agreement.
    """
    for consent in CardConsent.objects.active().filter(card_ref=card.card_ref):
        if card.customer_ref == consent.customer_ref and card.brand == consent.card_brand:
            consent.keep_card(card_ref=card.card_ref, brand=card.brand, last4=card.last4)
        else:
            letting_go.end(consent.id, ConsentState.UNUSABLE, why=Why.WITHDRAWN, now=now)


@transaction.atomic
def _apply(consent_id: UUID, snapshot: CheckoutSnapshot, *, now: datetime) -> CardConsent:
    tab_id = CardConsent.objects.values_list("tab_id", flat=True).get(id=consent_id)
    tab = Tab.objects.lock(tab_id)
    consent = CardConsent.objects.select_for_update().get(id=consent_id)
    card = snapshot.setup.card if snapshot.setup else None
    if card is not None and not consent.card_ref:
        consent.keep_card(card_ref=card.card_ref, brand=card.brand, last4=card.last4)
    if card is not None and consent.is_unfinished:
        _begin(consent, tab, now=now)
    elif card is None and snapshot.status == PageStatus.EXPIRED:
        consent.end(ConsentState.FAILED, now=now)
    if consent.state in OVER:
        letting_go.prepare(consent, now=now)
    return consent


def _begin(consent: CardConsent, tab: Tab, *, now: datetime) -> None:
    """From now on the card may be charged; unless another one was quicker."""
    try:
        with transaction.atomic():
            consent.activate(now=now)
    except IntegrityError:
        consent.refresh_from_db()
        consent.end(ConsentState.FAILED, now=now)
        return
    history.record(tab_id=tab.id, kind="card_kept", at=now, actor="guest", last4=consent.card_last4)
    mail = emails.card_kept(consent=consent, bill=bills.bill_of(tab))
    card_mails.write(
        mail,
        kind=emails.CARD_KEPT,
        source_key=f"consent:{consent.id}",
        tab=tab,
        consent=consent,
        now=now,
    )
    if tab.is_owing and not AutoSettlement.objects.live().filter(tab=tab).exists():
        auto_settlement.plan(tab=tab, now=now)
