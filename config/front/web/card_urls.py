"""Addresses of the pages about token cards."""

from __future__ import annotations

from django.urls import include, path

from config.front.web import card_sheets, card_stack, slips

CARD = "cards/<int:card_id>/"

tokens = [
    path("", card_sheets.sheet, name="list"),
    path("sheet.pdf", card_sheets.pdf, name="pdf"),
    path("new/", card_sheets.new, name="new"),
    path("cards/", card_stack.stack, name="stack"),
    path(CARD, card_stack.card, name="card"),
    path(f"{CARD}loss/", card_stack.loss, name="loss"),
    path(f"{CARD}return/", card_stack.comeback, name="comeback"),
    path(f"{CARD}replacement/", card_stack.replacement, name="replacement"),
    path(f"{CARD}retirement/", card_stack.retirement, name="retirement"),
    path("tabs/<uuid:tab_id>/", slips.slip, name="slip"),
]

urlpatterns = [path("v/<slug:slug>/tokens/", include((tokens, "tokens")))]
