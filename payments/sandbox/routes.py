"""Which address does what, and what it accepts; the rest of Stripe's API is not here."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.sandbox.call import Body
from payments.sandbox.resources import (
    account,
    checkout,
    customers,
    disputes,
    listed,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    setup_intents,
    webhook_endpoints,
)

Handler = Callable[..., Body]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    params: str

    def declared(self) -> type:
        """The SDK's own type of the parameters, loaded when it is first needed."""
        module = "stripe.params"
        if self.params.startswith("Session"):
            module = "stripe.params.checkout"
        found: type = getattr(importlib.import_module(module), self.params)
        return found


def _route(line: str, handler: Handler) -> Route:
    method, path, params = line.split()
    pattern = re.compile("/v1/" + re.sub(r"\{\w+\}", "([^/]+)", path))
    return Route(method, pattern, handler, params)


_TABLE: Final[dict[str, Handler]] = {
    "GET account AccountRetrieveCurrentParams": account.mine,
    "GET accounts/{id} AccountRetrieveParams": account.named,
    "GET balance_transactions BalanceTransactionListParams": listed.balance_transactions,
    "GET balance_transactions/{id} BalanceTransactionRetrieveParams": (listed.balance_transaction),
    "GET charges ChargeListParams": listed.charges,
    "GET charges/{id} ChargeRetrieveParams": listed.charge,
    "POST checkout/sessions SessionCreateParams": checkout.create,
    "GET checkout/sessions SessionListParams": checkout.listed,
    "GET checkout/sessions/{id} SessionRetrieveParams": checkout.retrieve,
    "POST checkout/sessions/{id} SessionUpdateParams": checkout.update,
    "POST checkout/sessions/{id}/expire SessionExpireParams": checkout.expire,
    "GET checkout/sessions/{id}/line_items SessionListLineItemsParams": checkout.items,
    "POST customers CustomerCreateParams": customers.create,
    "GET customers CustomerListParams": customers.listed,
    "GET customers/{id} CustomerRetrieveParams": customers.retrieve,
    "POST customers/{id} CustomerModifyParams": customers.update,
    "DELETE customers/{id} CustomerDeleteParams": customers.delete,
    "GET customers/{id}/payment_methods CustomerListPaymentMethodsParams": customers.methods,
    "GET customers/{id}/payment_methods/{id} CustomerRetrievePaymentMethodParams": (
        customers.method
    ),
    "GET disputes DisputeListParams": disputes.listed,
    "GET disputes/{id} DisputeRetrieveParams": disputes.retrieve,
    "POST disputes/{id} DisputeModifyParams": disputes.update,
    "POST disputes/{id}/close DisputeCloseParams": disputes.close,
    "GET events EventListParams": listed.events,
    "GET events/{id} EventRetrieveParams": listed.event,
    "GET mandates/{id} MandateRetrieveParams": listed.mandate,
    "POST payment_intents PaymentIntentCreateParams": payment_intents.create,
    "GET payment_intents PaymentIntentListParams": payment_intents.listed,
    "GET payment_intents/{id} PaymentIntentRetrieveParams": payment_intents.retrieve,
    "POST payment_intents/{id} PaymentIntentModifyParams": payment_intents.update,
    "POST payment_intents/{id}/cancel PaymentIntentCancelParams": payment_intents.cancel,
    "POST payment_intents/{id}/capture PaymentIntentCaptureParams": payment_intents.capture,
    "POST payment_intents/{id}/confirm PaymentIntentConfirmParams": payment_intents.confirm,
    "POST payment_methods PaymentMethodCreateParams": payment_methods.create,
    "GET payment_methods PaymentMethodListParams": payment_methods.listed,
    "GET payment_methods/{id} PaymentMethodRetrieveParams": payment_methods.retrieve,
    "POST payment_methods/{id}/attach PaymentMethodAttachParams": payment_methods.attach,
    "POST payment_methods/{id}/detach PaymentMethodDetachParams": payment_methods.detach,
    "GET payouts PayoutListParams": payouts.listed,
    "GET payouts/{id} PayoutRetrieveParams": payouts.retrieve,
    "POST refunds RefundCreateParams": refunds.create,
    "GET refunds RefundListParams": refunds.listed,
    "GET refunds/{id} RefundRetrieveParams": refunds.retrieve,
    "POST refunds/{id} RefundModifyParams": refunds.update,
    "POST refunds/{id}/cancel RefundCancelParams": refunds.cancel,
    "POST setup_intents SetupIntentCreateParams": setup_intents.create,
    "GET setup_intents SetupIntentListParams": setup_intents.listed,
    "GET setup_intents/{id} SetupIntentRetrieveParams": setup_intents.retrieve,
    "POST setup_intents/{id}/cancel SetupIntentCancelParams": setup_intents.cancel,
    "POST setup_intents/{id}/confirm SetupIntentConfirmParams": setup_intents.confirm,
    "POST webhook_endpoints WebhookEndpointCreateParams": webhook_endpoints.create,
    "GET webhook_endpoints WebhookEndpointListParams": webhook_endpoints.listed,
    "GET webhook_endpoints/{id} WebhookEndpointRetrieveParams": webhook_endpoints.retrieve,
    "POST webhook_endpoints/{id} WebhookEndpointModifyParams": webhook_endpoints.update,
    "DELETE webhook_endpoints/{id} WebhookEndpointDeleteParams": webhook_endpoints.delete,
}
ROUTES: Final = tuple(_route(line, handler) for line, handler in _TABLE.items())


def find(method: str, path: str) -> tuple[Route, tuple[Any, ...]] | None:
    for route in ROUTES:
        found = route.pattern.fullmatch(path) if route.method == method else None
        if found:
            return route, found.groups()
    return None
