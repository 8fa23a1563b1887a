"""Whether a tab settles itself, with which card, and what its guest may agree to. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.kernel.money import Money
from orders.models import Tab
from orders.rules.tab_states import TabStatus
from payments.models import AutoSettlement, CardConsent
from payments.rules import consent_scope
from payments.rules.auto_settlement import AutoState
from payments.rules.consent_scope import NotCovered, Wanted
from payments.selectors import balances
from payments.selectors.consent_words import Offer, offers_for


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOnFile:
    """What there is to say of a tab and its guest's card."""

    consent: CardConsent | None
    settlement: AutoSettlement | None
    offers: tuple[Offer, ...]

    @property
    def is_waiting(self) -> bool:
        return self.settlement is not None and self.settlement.is_waiting

    @property
    def is_charging(self) -> bool:
        return self.settlement is not None and self.settlement.state == AutoState.CHARGING

    @property
    def needs_customer(self) -> bool:
        return self.settlement is not None and self.settlement.state == AutoState.NEEDS_CUSTOMER

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to show or to choose."""
        return bool(self.consent or self.offers or self.is_waiting or self.is_charging)


def is_offered(tab: Tab) -> bool:
    """Whether a card may be kept for this tab's guest at all. They have to have an address."""
    may_be = tab.terms.auto_settles and tab.status in {TabStatus.OPEN, TabStatus.CLOSED}
    return bool(may_be and tab.customer is not None and tab.customer.email)


def is_settling_itself(tab: Tab) -> bool:
    """Whether a closed tab will be paid with the card on file, so that nobody need be reminded."""
    return tab.is_owing and tab.id in settling_themselves([tab.id])


def settling_themselves(tab_ids: Iterable[UUID]) -> frozenset[UUID]:
    """As `is_settling_itself`, for many tabs known to owe, in one statement."""
    live = AutoSettlement.objects.live().filter(tab_id__in=list(tab_ids))
    return frozenset(live.values_list("tab_id", flat=True))


def find_settlement(tab: Tab) -> AutoSettlement | None:
    """The latest settlement of a tab that owes, whatever has become of it."""
    if not tab.is_owing or not tab.terms.auto_settles:
        return None
    latest = AutoSettlement.objects.filter(tab=tab).select_related("consent", "notice")
    return latest.order_by("-created_at").first()


def find_consent(tab: Tab) -> CardConsent | None:
    """The agreement that reaches this tab, if there is one."""
    if tab.customer_id is None:
        return None
    return CardConsent.objects.active().about(tab).first()


def of_tab(tab: Tab, *, now: datetime) -> CardOnFile:
    """Everything the guest's page shows."""
    if not tab.terms.auto_settles and not _has_other(tab):
        return CardOnFile(consent=None, settlement=None, offers=())
    settlement, consent = find_settlement(tab), find_consent(tab)
    is_free = consent is None and is_offered(tab) and not _has_other(tab)
    offers = _offers(tab, now=now) if is_free else ()
    return CardOnFile(consent=consent, settlement=settlement, offers=offers)


def why_not_covered(
    consent: CardConsent, tab: Tab, amount: Money, *, now: datetime
) -> NotCovered | None:
    """Why this agreement does not reach this amount on this tab; None when it does."""
    wanted = Wanted(
        venue_id=tab.venue_id,
        customer_id=tab.customer_id,
        email=tab.customer.email if tab.customer else "",
        tab_id=tab.id,
        amount=amount,
    )
    return consent_scope.why_not_covered(consent.agreement, wanted, now=now)


def find_own(tab: Tab, consent_id: UUID) -> CardConsent | None:
    """An agreement made on this tab's page; None when it is another's."""
    return CardConsent.objects.filter(tab=tab, id=consent_id).first()


def _has_other(tab: Tab) -> bool:
    """A card kept for another tab of theirs alone: one guest has one card on file at a time."""
    if tab.customer is None:
        return False
    return CardConsent.objects.active().filter(customer=tab.customer).exists()


def _offers(tab: Tab, *, now: datetime) -> tuple[Offer, ...]:
    settled = Tab.objects.filter(customer=tab.customer, status=TabStatus.SETTLED)
    standing = balances.get_standing(tab)
    made = offers_for(tab, standing, is_regular=settled.exists(), now=now)
    return tuple(offer for offer in made if offer.cap.is_positive)


def of_tabs(tabs: Iterable[Tab]) -> Mapping[UUID, AutoSettlement]:
    """The live settlements of many tabs, in one statement."""
    live = AutoSettlement.objects.live().filter(tab__in=[tab.id for tab in tabs])
    return {row.tab_id: row for row in live.select_related("consent")}
