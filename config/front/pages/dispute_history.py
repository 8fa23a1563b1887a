"""What happened to disputed money, as the history of a tab tells it: icon, state, sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from config.front.pages.facts_told import Fact, Teller
from payments.rules.dispute_words import reason_of

_SENTENCES: Final[Mapping[str, tuple[str, str, str]]] = {
    "inquiry_opened": ("chat", "disputed", gettext_noop("A bank asks about %(amount)s")),
    "inquiry_closed": ("chat", "", gettext_noop("The bank’s question about %(amount)s is closed")),
    "dispute_opened": ("chat", "disputed", gettext_noop("%(amount)s is disputed")),
    "dispute_answered": ("shield", "", gettext_noop("Evidence on %(amount)s was handed in")),
    "dispute_appealed": (
        "chat",
        "disputed",
        gettext_noop("The verdict on %(amount)s was appealed"),
    ),
    "dispute_prevented": (
        "shield",
        "paid",
        gettext_noop("The dispute of %(amount)s was prevented"),
    ),
    "dispute_won": ("paid", "paid", gettext_noop("The dispute of %(amount)s was won")),
    "dispute_lost": ("alert", "overdue", gettext_noop("The dispute of %(amount)s was lost")),
}


def _disputed(sentence: str) -> Teller:
    """A sentence about a disputed amount, with the reason below it."""

    def teller(fact: Fact) -> tuple[str, str]:
        title = gettext(sentence) % {"amount": fact["amount_minor"]}
        return title, gettext(reason_of(fact["reason"])) if fact["reason"] else fact.by

    return teller


TELLERS: Final[Mapping[str, tuple[str, str, Teller]]] = {
    kind: (icon, state, _disputed(sentence)) for kind, (icon, state, sentence) in _SENTENCES.items()
}
