"""Addresses of staff pages. They name things, and what is done to a thing is a thing of its own."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import (
    agreements,
    board,
    catalogue_photos,
    catalogue_urls,
    closing,
    counter,
    home,
    lines,
    menu,
    more_time,
    on_file,
    pad,
    rearranging,
    receipts,
    reductions,
    refunds,
    reminder_settings,
    reminding,
    tab,
    till,
)

TAB = "<uuid:tab_id>/"
LINE = f"{TAB}lines/<uuid:line_id>/"

tab_patterns = [
    path("", board.tab_list, name="create"),
    path(TAB, tab.detail, name="detail"),
    path(f"{TAB}pad/", pad.pad, name="pad"),
    path(f"{TAB}pad/items/<uuid:item_id>/", pad.item, name="item"),
    path(f"{TAB}pad/waiting/", agreements.waiting, name="waiting"),
    path(f"{TAB}lines/", lines.line_list, name="lines"),
    path(LINE, lines.line, name="line"),
    path(f"{LINE}removal/", lines.removal, name="line_removal"),
    path(f"{LINE}void/", lines.voiding, name="line_void"),
    path(f"{TAB}comp/", reductions.comp, name="comp"),
    path(f"{TAB}discount/", reductions.discount, name="discount"),
    path(
        f"{TAB}reductions/<uuid:reduction_id>/withdrawal/",
        reductions.withdrawal,
        name="reduction_withdrawal",
    ),
    path(f"{LINE}acknowledgement/", agreements.acknowledgement, name="acknowledgement"),
    path(f"{LINE}waiver/", agreements.waiver, name="waiver"),
    path(f"{TAB}transfer/", rearranging.transfer, name="transfer"),
    path(f"{TAB}merging/", rearranging.merging, name="merging"),
    path(f"{TAB}split/", rearranging.split, name="split"),
    path(
        f"{TAB}rearrangements/<uuid:rearrangement_id>/undo/",
        rearranging.undoing,
        name="rearrangement_undo",
    ),
    path(f"{TAB}sending/", pad.sending, name="sending"),
    path(f"{TAB}serving/", pad.serving, name="serving"),
    path(f"{TAB}closure/", closing.closure, name="closure"),
    path(f"{TAB}link/", closing.link, name="link"),
    path(f"{TAB}link/copy/", closing.link_copy, name="link_copy"),
    path(f"{TAB}auto-settlement/end/", on_file.stop, name="auto_stop"),
    path(f"{TAB}reminders/", reminding.reminder_list, name="reminders"),
    path(f"{TAB}reminders/<uuid:reminder_id>/skip/", reminding.skipping, name="reminder_skip"),
    path(f"{TAB}reminders/stop/", reminding.stopping, name="reminders_stop"),
    path(f"{TAB}reminders/allow/", reminding.allowing, name="reminders_allow"),
    path(f"{TAB}extension/", more_time.extension, name="extension"),
    path(f"{TAB}counter/", counter.counter_payment, name="counter"),
    path(f"{TAB}counter/<uuid:payment_id>/reversal/", till.reversal, name="counter_reversal"),
    path(f"{TAB}receipts/<uuid:receipt_id>.pdf", receipts.pdf, name="receipt_pdf"),
    path(f"{TAB}receipts/<uuid:receipt_id>/mail/", receipts.mail, name="receipt_mail"),
    path(f"{TAB}payments/<uuid:payment_id>/refund/", refunds.refund, name="refund"),
    path(f"{TAB}guest/", tab.guest, name="guest"),
    path(f"{TAB}place/", tab.place, name="place"),
    path(f"{TAB}purchase-order/", tab.purchase_order, name="purchase_order"),
    path(f"{TAB}card/", tab.card, name="card"),
    path(f"{TAB}reopening/", tab.reopening, name="reopening"),
    path(f"{TAB}voiding/", tab.voiding, name="voiding"),
    path(f"{TAB}claims/reset/", tab.claims_reset, name="claims_reset"),
    path(f"{TAB}claims/<int:claim_id>/", board.claim, name="claim"),
]
menu_patterns = [
    path("", menu.menu, name="list"),
    path("items/<uuid:item_id>/availability/", menu.availability, name="availability"),
    *catalogue_urls.patterns,
]
till_patterns = [
    path("", till.till, name="list"),
    path("count/", till.count, name="count"),
    path("<uuid:count_id>/", till.sheet, name="sheet"),
]
reminder_patterns = [
    path("", reminder_settings.schedule, name="schedule"),
    path("texts/<slug:tone>/<slug:language>/", reminder_settings.text, name="text"),
    path(
        "texts/<slug:tone>/<slug:language>/reset/", reminder_settings.text_reset, name="text_reset"
    ),
    path("<int:number>/<slug:language>/", reminder_settings.preview, name="preview"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("v/<slug:slug>/", board.board, name="board"),
    path("v/<slug:slug>/tabs/", include((tab_patterns, "tabs"))),
    path("v/<slug:slug>/till/", include((till_patterns, "till"))),
    path("v/<slug:slug>/reminders/", include((reminder_patterns, "reminders"))),
    path("photos/<slug:digest>.webp", catalogue_photos.photo, name="photo"),
    path("v/<slug:slug>/menu/", include((menu_patterns, "catalogue"))),
]
