"""Addresses of the tab API, of the schema, and of the page to read it on."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.front.api import (
    evidence,
    giving,
    money,
    more_time,
    on_file,
    rearranging,
    receipts,
    reminding,
    views,
)

_tab = "tabs/<uuid:tab_id>/"
_line = f"{_tab}lines/<uuid:line_id>/"
_receipt = f"{_tab}receipts/<uuid:receipt_id>/"

urlpatterns = [
    path("tabs/", views.Tabs.as_view(), name="tabs"),
    path(_tab, views.OneTab.as_view(), name="tab"),
    path(f"{_tab}purchase-order/", views.PurchaseOrder.as_view(), name="purchase-order"),
    path(f"{_tab}lines/", views.Lines.as_view(), name="lines"),
    path(_line, views.OneLine.as_view(), name="line"),
    path(f"{_line}void/", views.LineVoid.as_view(), name="line-void"),
    path(f"{_tab}comps/", giving.Comps.as_view(), name="comps"),
    path(f"{_tab}discounts/", giving.Discounts.as_view(), name="discounts"),
    path(
        f"{_tab}reductions/<uuid:reduction_id>/withdrawal/",
        giving.Withdrawal.as_view(),
        name="reduction-withdrawal",
    ),
    path(f"{_tab}transfer/", rearranging.Transfer.as_view(), name="transfer"),
    path(f"{_tab}merging/", rearranging.Merging.as_view(), name="merging"),
    path(f"{_tab}split/", rearranging.Splitting.as_view(), name="split"),
    path(
        f"{_tab}rearrangements/<uuid:rearrangement_id>/undo/",
        rearranging.Undoing.as_view(),
        name="rearrangement-undo",
    ),
    path(
        f"{_line}acknowledgement/", views.LineAcknowledgement.as_view(), name="line-acknowledgement"
    ),
    path(f"{_tab}closure/", money.Closure.as_view(), name="closure"),
    path(f"{_tab}reopening/", money.Reopening.as_view(), name="reopening"),
    path(f"{_tab}counter-payments/", money.CounterPayments.as_view(), name="counter-payments"),
    path(
        f"{_tab}counter-payments/<uuid:payment_id>/reversal/",
        money.CounterPaymentReversal.as_view(),
        name="counter-payment-reversal",
    ),
    path(_receipt, receipts.ReceiptPdf.as_view(), name="receipt"),
    path(f"{_receipt}mail/", receipts.ReceiptMail.as_view(), name="receipt-mail"),
    path(f"{_tab}auto-settlement/", on_file.AutoSettlements.as_view(), name="auto-settlement"),
    path(f"{_tab}auto-settlement/end/", on_file.Stopping.as_view(), name="auto-settlement-end"),
    path(f"{_tab}extension/", more_time.Extensions.as_view(), name="extension"),
    path(f"{_tab}reminders/", reminding.Reminders.as_view(), name="reminders"),
    path(f"{_tab}void/", money.TabVoid.as_view(), name="tab-void"),
    path("disputes/<uuid:dispute_id>/evidence/", evidence.Evidence.as_view(), name="evidence"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]
