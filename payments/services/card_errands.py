"""The calls that keep a guest's card and let it go again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payments.gateway.errors import GatewayError
from payments.gateway.port import PaymentGateway
from payments.gateway.snapshots import CardSnapshot, CheckoutSnapshot
from payments.gateway.specs import CustomerSpec, SetupSpec
from payments.models import CardConsent, GatewayOperation
from payments.rules.consent_states import ConsentState
from payments.services.marks import our_metadata
from payments.services.operations import Errand


class MakingCustomer(Errand[str]):
    """Have Stripe know somebody to keep the card for."""

    def ask(self, gateway: PaymentGateway) -> str:
        params = self.operation.params
        spec = CustomerSpec(
            name=params["name"], email=params["email"], metadata=_marks(self.operation)
        )
        return gateway.ensure_customer(spec, key=self.operation.key)

    def find(self, _gateway: PaymentGateway, /) -> str | None:
        """Nothing hangs on it: somebody agrees once more, and the old one is nobody's."""
        return None

    def record(self, answer: str) -> None:
        consent = _consent(self)
        consent.customer_ref = answer
        consent.save(update_fields=["customer_ref"])

    def refuse(self, _error: GatewayError, /) -> None:
        _consent(self).end(ConsentState.FAILED, now=self.now)


class OpeningSetup(Errand[CheckoutSnapshot]):
    """Have Stripe open the page on which the card is given."""

    def ask(self, gateway: PaymentGateway) -> CheckoutSnapshot:
        words = dict(self.operation.params)
        spec = SetupSpec(
            expires_at=datetime.fromisoformat(words.pop("expires_at")),
            metadata=_marks(self.operation),
            **words,
        )
        return gateway.open_setup_checkout(spec, key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CheckoutSnapshot | None:
        for snapshot in gateway.list_checkouts(since=self.operation.created_at):
            if snapshot.metadata.get("op") == str(self.operation.id):
                return snapshot
        return None

    def record(self, answer: CheckoutSnapshot) -> None:
        _consent(self).opened(session_id=answer.session_id, url=answer.url)

    def refuse(self, _error: GatewayError, /) -> None:
        _consent(self).end(ConsentState.FAILED, now=self.now)


class Detaching(Errand[CardSnapshot]):
    """Have Stripe keep the card no longer."""

    def ask(self, gateway: PaymentGateway) -> CardSnapshot:
        return gateway.detach_card(self.operation.params["card_ref"], key=self.operation.key)

    def find(self, gateway: PaymentGateway) -> CardSnapshot | None:
        card = gateway.get_card(self.operation.params["card_ref"])
        return None if card.customer_ref else card

    def record(self, _answer: CardSnapshot) -> None:
        consent = _consent(self)
        consent.detached_at = self.now
        consent.save(update_fields=["detached_at"])

    def refuse(self, _error: GatewayError, /) -> None:
        """It stays on record as kept; nothing may be charged on it all the same."""


def _consent(errand: Errand[Any]) -> CardConsent:
    return CardConsent.objects.select_for_update().get(id=errand.operation.subject_id)


def _marks(operation: GatewayOperation) -> dict[str, str]:
    assert operation.tab is not None, "an agreement is made on a tab's page"
    return our_metadata(tab=operation.tab, operation_id=operation.id, consent=operation.subject_id)
