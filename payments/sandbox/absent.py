"""Which keys Stripe leaves out, rather than sending null, while they say nothing.

The SDK's Python classes call both `Optional`; Stripe's TypeScript declarations of the same
API version tell them apart, and these are their facts for the objects served here.
"""

from __future__ import annotations

from typing import Final

# Where a class is a bag with one key in use, every optional key is left out.
ALL_OPTIONAL: Final = frozenset(
    {
        "PaymentIntent.LastPaymentError",
        "PaymentIntent.NextAction",
        "PaymentIntent.PaymentMethodOptions",
        "SetupIntent.LastSetupError",
        "SetupIntent.NextAction",
        "SetupIntent.PaymentMethodOptions",
        "Session.PaymentMethodOptions",
        "Charge.PaymentMethodDetails",
        "Refund.DestinationDetails",
        "Refund.DestinationDetails.Card",
        "Dispute.PaymentMethodDetails",
        "PaymentMethod",
        "Account",
        "Mandate.PaymentMethodDetails",
        "Mandate",
    },
)
# The exceptions: keys of such a bag that are null, not absent.
NULL_NEVERTHELESS: Final = {
    "PaymentMethod": frozenset({"customer", "customer_account", "metadata"}),
    "Account": frozenset({"email", "type"}),
}
ABSENT: Final = {
    name: frozenset(keys.split())
    for name, keys in {
        "PaymentIntent": "amount_details hooks payment_details presentment_details transfer_data",
        "PaymentIntent.AutomaticPaymentMethods": "allow_redirects",
        "PaymentIntent.PaymentMethodOptions.Card": (
            "capture_method request_extended_authorization request_incremental_authorization "
            "request_multicapture request_overcapture require_cvc_recollection "
            "setup_credential_usage setup_future_usage statement_descriptor_suffix_kana "
            "statement_descriptor_suffix_kanji stored_credential_usage"
        ),
        "Charge": "authorization_code level3 presentment_details radar_options refunds transfer",
        "Charge.Outcome": "risk_level risk_score rule",
        "Charge.PaymentMethodDetails.Card": (
            "capture_before description extended_authorization fingerprint iin "
            "incremental_authorization issuer moto multicapture network_token overcapture "
            "setup_credential_usage stored_credential_usage"
        ),
        "Charge.PaymentMethodDetails.SepaDebit": "expected_debit_date",
        "Charge.PaymentMethodDetails.Card.ThreeDSecure": "exemption_indicator_applied",
        "Customer": (
            "address business_name cash_balance currency customer_account deleted discount "
            "individual_name invoice_credit_balance sources subscriptions tax tax_ids"
        ),
        "Session": (
            "branding_settings excluded_payment_method_types line_items name_collection "
            "optional_items phone_number_collection presentment_details redirect_on_completion "
            "return_url tax_id_collection"
        ),
        "Session.TotalDetails": "breakdown",
        "Refund": (
            "description failure_balance_transaction failure_reason instructions_email "
            "next_action pending_reason presentment_details"
        ),
        "Event": "account context",
        "Event.Data": "previous_attributes",
        "WebhookEndpoint": "deleted secret",
        "SetupIntent": "attach_to_self customer_account flow_directions managed_payments",
        "PaymentMethod.Card": "description iin issuer",
        "Dispute": "network_reason_code",
        "Dispute.Evidence": "appeal",
        "Dispute.Evidence.EnhancedEvidence": (
            "mastercard_compliance visa_compelling_evidence_3 visa_compliance"
        ),
        "LineItem": "discounts taxes",
        "Price": "currency_options deleted tiers",
    }.items()
}
