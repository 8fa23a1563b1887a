"""The hosted pages as HTML: honest about what they are, and usable without JavaScript."""

from __future__ import annotations

from typing import Any, Final

from payments.sandbox import money
from payments.sandbox.cards import Card
from payments.sandbox.html import Html, fill, join
from payments.sandbox.store import Record

Body = dict[str, Any]

_SHELL: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · Test mode</title>
<link rel="stylesheet" href="/c/page.css">
<link rel="icon" href="data:,">
</head>
<body>
<header class="mode"><strong>Test mode.</strong> A sandbox stands in for the card company here:
no card is charged and no money moves.</header>
<main>{content}</main>
</body>
</html>
"""
_PAY: Final = """<div class="columns">
<section class="order" aria-labelledby="order">
<h1 id="order">{heading}</h1>
<p class="total">{total}</p>
{lines}
{back}
</section>
<section aria-labelledby="pay">
<h2 id="pay">{how}</h2>
{problem}
<form method="post" action="{action}">
<p class="field"><label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="email" required value="{email}"></p>
<p class="field"><label for="number">Card number</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off"
 placeholder="4242 4242 4242 4242" aria-describedby="number-hint" value="{number}"></p>
<p class="hint" id="number-hint">A test number, or choose a card below. Any date and code will
do; real cards are refused.</p>
<div class="pair">
<p class="field"><label for="expiry">Expiry</label>
<input id="expiry" name="expiry" inputmode="numeric" autocomplete="off" placeholder="12 / 34"></p>
<p class="field"><label for="cvc">Security code</label>
<input id="cvc" name="cvc" inputmode="numeric" autocomplete="off" placeholder="123"></p>
</div>
<fieldset><legend>Test cards and accounts</legend>
{cards}
</fieldset>
{notice}
<button type="submit" class="pay">{button}</button>
</form>
</section>
</div>"""
_CARD: Final = """<label class="card"><input type="radio" name="card" value="{number}"{checked}>
<span><b>{title}</b> <span class="digits">{digits}</span></span></label>"""
_LINE: Final = "<tr><td>{name}{times}</td><td>{amount}</td></tr>"
_LINES: Final = """<table><caption>What you pay for</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Amount</th></tr></thead>
<tbody>{rows}</tbody>
<tfoot><tr><th scope="row">Total</th><td>{total}</td></tr></tfoot></table>"""
_PROBLEM: Final = '<p class="problem" role="alert">{message}</p>'
_BACK: Final = '<p><a class="back" href="{url}">← Back without paying</a></p>'
_NOTICE: Final = """<div class="sheet"><h1>{title}</h1><p>{text}</p>{link}</div>"""
_BANK: Final = """<div class="sheet"><h1>Your bank asks: is this you?</h1>
<p>{what}</p>
<form method="post" action="{action}">
<button type="submit" name="answer" value="approve" class="pay">Approve</button>
<button type="submit" name="answer" value="fail" class="refuse">Fail authentication</button>
</form></div>"""
_SAVED: Final = """<p class="hint">Your card will be saved for later payments, as agreed with the
shop.</p>"""


def _shell(title: str, content: Html) -> str:
    return fill(_SHELL, title=title, content=content)


def pay(
    session: Record,
    offered: tuple[Card, ...],
    *,
    email: str,
    number: str = "",
    chosen: str = "",
    problem: str = "",
) -> str:
    """The form to pay on, with what went wrong the last time."""
    body = session.body
    saving = body["mode"] == "setup"
    total = "" if saving else money.shown(body["amount_total"], body["currency"])
    future = session.hidden["wishes"].get("setup_future_usage") or saving
    content = fill(
        _PAY,
        heading="Save a card" if saving else "Your payment",
        total=total,
        lines=Html("") if saving else _lines(session, total),
        back=fill(_BACK, url=body["cancel_url"]) if body["cancel_url"] else Html(""),
        how="Card to save" if saving else "Pay by card",
        problem=fill(_PROBLEM, message=problem) if problem else Html(""),
        action=f"/c/pay/{session.id}",
        email=email,
        number=number,
        cards=_cards(offered, chosen or offered[0].number),
        notice=Html(_SAVED) if future else Html(""),
        button="Save card" if saving else f"Pay {total}",
    )
    return _shell("Save a card" if saving else "Pay", content)


def _lines(session: Record, total: str) -> Html:
    rows = join(
        fill(
            _LINE,
            name=item["description"],
            times=f" × {item['quantity']}" if item["quantity"] > 1 else "",
            amount=money.shown(item["amount_total"], item["currency"]),
        )
        for item in session.hidden["items"]
    )
    return fill(_LINES, rows=rows, total=total)


def _cards(offered: tuple[Card, ...], chosen: str) -> Html:
    return join(
        fill(
            _CARD,
            number=card.number,
            title=card.title,
            digits=_in_groups(card.number),
            checked=Html(" checked") if card.number == chosen else Html(""),
        )
        for card in offered
    )


def _in_groups(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def notice(title: str, text: str, url: str | None = None) -> str:
    link = fill('<p><a href="{url}">Back to the shop</a></p>', url=url) if url else Html("")
    return _shell(title, fill(_NOTICE, title=title, text=text, link=link))


def bank(intent: Record, last4: str) -> str:
    """The bank's page, which in earnest would be the bank's own."""
    what = f"Save the card ending in {last4} for later payments."
    if intent.kind == "payment_intent":
        amount = money.shown(intent.body["amount"], intent.body["currency"])
        what = f"Pay {amount} with the card ending in {last4}."
    return _shell("Your bank", fill(_BANK, what=what, action=f"/c/bank/{intent.id}"))
