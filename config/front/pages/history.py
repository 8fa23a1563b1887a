"""What happened to a tab, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from config.front.pages import dispute_history
from config.front.pages.facts_told import Fact, Teller
from orders.models import TabEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that happened, for the timeline."""

    icon: str
    state: str
    title: str
    more: str
    at: datetime


def tell(event: TabEvent, *, currency: str) -> Told:
    """The event in words. A kind nobody has words for is told by its name."""
    icon, state, teller = TELLERS.get(event.kind, ("info", "", _plainly))
    title, more = teller(Fact(event, currency))
    return Told(icon=icon, state=state, title=title, more=more, at=event.at)


def _plainly(fact: Fact) -> tuple[str, str]:
    return fact.event.kind.replace("_", " ").capitalize(), fact.by


def _opened(fact: Fact) -> tuple[str, str]:
    title = gettext("Opened by %(who)s") % {"who": fact.who}
    card = gettext("Card %(card)s") % {"card": fact["card"]} if fact["card"] else ""
    return title, ", ".join(filter(None, (card, fact["label"])))


def _line(sentence: str) -> Teller:
    """A sentence about a line, such as "2 × Flat white added"."""

    def teller(fact: Fact) -> tuple[str, str]:
        name = fact["name"] or gettext("the whole tab")
        if fact.is_more_than("quantity", 1):
            name = f"{fact['quantity']} × {name}"
        parts = (fact["reason"], fact["amount_minor"], fact.by)
        return _capital(gettext(sentence) % {"name": name}), " · ".join(filter(None, parts))

    return teller


def _discount(fact: Fact) -> tuple[str, str]:
    name = fact["name"] or gettext("the whole tab")
    size = f"{fact['percent']} %" if fact["percent"] else fact["amount_minor"]
    title = gettext("%(size)s off %(name)s") % {"size": size, "name": name}
    amount = fact["amount_minor"] if fact["percent"] else ""
    return title, " · ".join(filter(None, (fact["reason"], amount, fact.by)))


def _sent(fact: Fact) -> tuple[str, str]:
    count = int(fact.event.data.get("count") or 0)
    text = ngettext("%(count)s line sent to the bar", "%(count)s lines sent to the bar", count)
    return text % {"count": count}, fact.by


def _started(fact: Fact) -> tuple[str, str]:
    count = int(fact.event.data.get("count") or 0)
    text = ngettext("%(count)s line begun", "%(count)s lines begun", count)
    return text % {"count": count}, fact.by


def _agreed(fact: Fact) -> tuple[str, str]:
    ways = {
        "staff_screen": gettext("on our screen, held out %(by)s") % {"by": fact.by},
        "own_phone": gettext("on the guest’s own phone"),
    }
    title = gettext("%(signed)s agreed to what %(name)s can and can’t do")
    version = gettext("version %(number)s") % {"number": fact["version"]}
    places = {"signed": fact["signed"], "name": fact["name"]}
    return title % places, ", ".join((ways.get(fact["way"], ""), version))


def _waived(fact: Fact) -> tuple[str, str]:
    title = gettext("%(name)s may start without the guest’s yes") % {"name": fact["name"]}
    return title, " · ".join(filter(None, (fact["reason"], fact.by)))


def _say(sentence: str, *details: str) -> Teller:
    """A sentence with `%(who)s` and recorded facts in it, and details below."""

    def teller(fact: Fact) -> tuple[str, str]:
        places = {"who": fact.who or gettext("Afterward")} | {
            name: fact[name] for name in fact.event.data
        }
        said = (fact.by if name == "by" else fact[name] for name in details)
        more = " · ".join(filter(None, said))
        return _capital(gettext(sentence) % _Places(places)), more

    return teller


def _paid(fact: Fact) -> tuple[str, str]:
    title = gettext("%(amount)s paid by card") % {"amount": fact["amount_minor"]}
    card = gettext("Card ending %(last4)s") % {"last4": fact["last4"]} if fact["last4"] else ""
    return title, ", ".join(filter(None, (card, _tip(fact))))


def _taken(fact: Fact) -> tuple[str, str]:
    words = {
        "cash": gettext("%(amount)s taken in cash"),
        "card_terminal": gettext("%(amount)s taken on the card terminal"),
        "bank_transfer": gettext("%(amount)s came by bank transfer"),
    }
    sentence = words.get(fact["method"], gettext("%(amount)s taken at the counter"))
    return (
        sentence % {"amount": fact["amount_minor"]},
        ", ".join(filter(None, (_tip(fact), fact.by))),
    )


def _given_back(fact: Fact) -> tuple[str, str]:
    words = {
        "cash": gettext("%(amount)s in cash taken back"),
        "card_terminal": gettext("%(amount)s on the card terminal taken back"),
        "bank_transfer": gettext("%(amount)s by bank transfer taken back"),
    }
    sentence = words.get(fact["method"], gettext("%(amount)s at the counter taken back"))
    parts = (_tip(fact), fact["reason"], fact.by)
    return sentence % {"amount": fact["amount_minor"]}, " · ".join(filter(None, parts))


def _went_back(fact: Fact) -> tuple[str, str]:
    title = gettext("%(amount)s sent back to the card") % {"amount": fact["amount_minor"]}
    card = gettext("Card ending %(last4)s") % {"last4": fact["last4"]} if fact["last4"] else ""
    # Ours are marked for translation; a person's are as they were typed.
    reason = fact["reason"] and gettext(fact["reason"])
    return title, " · ".join(filter(None, (card, reason)))


def _let_in(fact: Fact) -> tuple[str, str]:
    ways = {
        "first_scan": gettext("It scanned the card first"),
        "share_code": gettext("It knew the share code"),
        "staff": gettext("Allowed by %(who)s") % {"who": fact.who},
    }
    return gettext("A phone was let in to the bill"), ways.get(fact["way"], "")


def _tip(fact: Fact) -> str:
    if not fact.is_more_than("tip_minor", 0):
        return ""
    return gettext("with a %(tip)s tip") % {"tip": fact["tip_minor"]}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class _Places(dict[str, str]):
    """A place that was not recorded stays empty: old events may know less."""

    def __missing__(self, key: str) -> str:
        return ""


TELLERS: Final[Mapping[str, tuple[str, str, Teller]]] = {
    "opened": ("dot", "open", _opened),
    "line_added": ("plus", "", _line(gettext_noop("%(name)s added"))),
    "line_changed": ("note", "", _line(gettext_noop("%(name)s changed"))),
    "line_removed": ("minus", "", _line(gettext_noop("%(name)s removed before it was sent"))),
    "line_voided": ("ban", "", _line(gettext_noop("%(name)s voided"))),
    "comp": ("gift", "", _line(gettext_noop("%(name)s on the house"))),
    "discount": ("gift", "", _discount),
    "comp_withdrawn": ("undo", "", _line(gettext_noop("%(name)s on the house no more"))),
    "discount_withdrawn": ("undo", "", _line(gettext_noop("Discount taken back: %(name)s"))),
    "merged": (
        "merge",
        "",
        _say(gettext_noop("tab #%(number)s joined this one"), "amount_minor", "by"),
    ),
    "merged_away": ("merge", "", _say(gettext_noop("everything moved to tab #%(number)s"), "by")),
    "merge_undone": (
        "undo",
        "",
        _say(gettext_noop("apart from tab #%(number)s again"), "by"),
    ),
    "split": (
        "split",
        "",
        _say(gettext_noop("split into %(count)s: %(numbers)s"), "amount_minor", "by"),
    ),
    "split_from": ("split", "open", _say(gettext_noop("split off tab #%(number)s"), "by")),
    "split_undone": ("undo", "", _say(gettext_noop("the split of tab #%(number)s undone"), "by")),
    "handed_over": (
        "transfer",
        "",
        _say(gettext_noop("handed over by %(who)s"), "colleague", "label", "guest"),
    ),
    "hand_over_undone": ("undo", "", _say(gettext_noop("handed back by %(who)s"))),
    "sent": ("send", "", _sent),
    "started": ("served", "", _started),
    "acknowledged": ("check", "", _agreed),
    "promise_waived": ("note", "", _waived),
    "served": ("served", "served", _say(gettext_noop("served by %(who)s"))),
    "bill_asked": ("bell", "due", _say(gettext_noop("the guest asked for the bill"))),
    "closed": ("receipt", "due", _say(gettext_noop("closed by %(who)s"), "total_minor")),
    "link_sent": ("send", "", _say(gettext_noop("payment link sent to %(email)s"))),
    "link_copied": ("link", "", _say(gettext_noop("payment link copied by %(who)s"))),
    "link_opened": ("mail", "", _say(gettext_noop("payment link opened"))),
    "reminder_sent": ("mail", "", _say(gettext_noop("reminder sent to %(email)s"))),
    "reminder_skipped": ("ban", "", _say(gettext_noop("reminder skipped by %(who)s"))),
    "reminder_unknown": (
        "alert",
        "",
        _say(gettext_noop("a reminder to %(email)s may have left; it is not sent again")),
    ),
    "mail_bounced": ("alert", "overdue", _say(gettext_noop("mail to the guest came back"))),
    "mail_complained": ("alert", "", _say(gettext_noop("the guest marked our mail as unwanted"))),
    "mail_unsubscribed": ("ban", "", _say(gettext_noop("reminders stopped by the guest"))),
    "put_off": ("calendar", "", _say(gettext_noop("the guest will pay by %(until)s"))),
    "extended": ("calendar", "", _say(gettext_noop("%(who)s gave time until %(until)s"), "reason")),
    "reviewed": ("note", "", _say(gettext_noop("decided by %(who)s"), "reason")),
    "cash_promised": ("cash", "", _say(gettext_noop("the guest will pay cash"))),
    "reminders_stopped": ("ban", "", _say(gettext_noop("reminders stopped by %(who)s"))),
    "reminders_resumed": ("mail", "", _say(gettext_noop("reminders wanted again by %(who)s"))),
    "page_opened": ("card", "", _say(gettext_noop("a payment page was opened"), "amount_minor")),
    "page_expired": (
        "clock",
        "",
        _say(gettext_noop("a payment page ran out; nothing was charged")),
    ),
    "payment": ("half", "part", _paid),
    "counter_payment": ("cash", "part", _taken),
    "counter_payment_reversed": ("undo", "written-off", _given_back),
    "owed_again": ("clock", "due", _say(gettext_noop("owed again"))),
    "settled": ("paid", "paid", _say(gettext_noop("paid in full"))),
    "overpaid": (
        "alert",
        "overdue",
        _say(gettext_noop("%(amount_minor)s more came in than was owed")),
    ),
    "refund_requested": (
        "undo",
        "",
        _say(gettext_noop("%(who)s asked for %(amount_minor)s to be given back"), "reason"),
    ),
    "refund": ("undo", "part", _went_back),
    "refund_failed": (
        "alert",
        "overdue",
        _say(gettext_noop("a refund of %(amount_minor)s did not arrive")),
    ),
    **dispute_history.TELLERS,
    "reopened": ("undo", "open", _say(gettext_noop("reopened by %(who)s"), "reason")),
    "voided": ("ban", "written-off", _say(gettext_noop("voided by %(who)s"), "reason")),
    "guest_set": ("user", "", _say(gettext_noop("guest details given by %(who)s"), "email")),
    "label_set": ("note", "", _say(gettext_noop("place changed by %(who)s"), "label")),
    "purchase_order_set": (
        "note",
        "",
        _say(gettext_noop("purchase order noted by %(who)s"), "purchase_order"),
    ),
    "card_changed": ("transfer", "", _say(gettext_noop("card changed by %(who)s"), "card")),
    "card_agreed": (
        "card",
        "",
        _say(gettext_noop("the guest agreed to a card on file"), "cap_minor"),
    ),
    "card_kept": ("card", "", _say(gettext_noop("card ending %(last4)s is on file"))),
    "card_revoked": ("undo", "", _say(gettext_noop("card on file taken back by %(who)s"))),
    "card_unusable": ("alert", "", _say(gettext_noop("the card on file can no longer be used"))),
    "card_ended": ("card", "", _say(gettext_noop("the card on file was let go"))),
    "auto_notified": (
        "send",
        "",
        _say(gettext_noop("the guest was told of the charge to card %(last4)s"), "amount_minor"),
    ),
    "auto_cancelled": ("ban", "", _say(gettext_noop("the card on file will not be charged"))),
    "auto_failed": ("alert", "overdue", _say(gettext_noop("the card on file gave nothing"))),
    "claim_granted": ("phone", "", _let_in),
    "claim_reset": ("lock", "", _say(gettext_noop("every phone was put out by %(who)s"))),
}
