"""Tables of payments; other modules import the classes from here."""

from __future__ import annotations

from payments.models.account import MerchantAccount
from payments.models.attempt import AttemptLine, CheckoutAttempt
from payments.models.auto_settlement import AutoSettlement
from payments.models.books import BalanceMovement, Difference, Payout
from payments.models.consent import CardConsent
from payments.models.dispute import Dispute, DisputeEvidence
from payments.models.extension import Extension
from payments.models.hold import Hold
from payments.models.inbox import InboxEvent
from payments.models.ledger import LedgerEntry, LedgerIsAppendOnly
from payments.models.mail_text import MailText
from payments.models.operation import GatewayOperation
from payments.models.owing import OverpaidTab, OwingTab, UnhandledEvent
from payments.models.payment import CounterPayment, Payment
from payments.models.receipt import Receipt, ReceiptBook
from payments.models.refund import Refund, RefundLine
from payments.models.reminder import Reminder
from payments.models.request import PaymentRequest
from payments.models.summary import SummaryWish
from payments.models.till import CashCount, CounterReversal

__all__ = [
    "AttemptLine", "AutoSettlement", "BalanceMovement", "CardConsent", "CashCount",
    "CheckoutAttempt", "CounterPayment", "CounterReversal", "Difference", "Dispute",
    "DisputeEvidence", "Extension", "GatewayOperation", "Hold", "InboxEvent", "LedgerEntry",
    "LedgerIsAppendOnly", "MailText", "MerchantAccount", "OverpaidTab", "OwingTab", "Payment",
    "PaymentRequest", "Payout", "Receipt", "ReceiptBook", "Refund", "RefundLine", "Reminder",
    "SummaryWish", "UnhandledEvent",
]  # fmt: skip
