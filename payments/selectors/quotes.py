"""What one payer would pay right now, worked out for the pay page."""

from __future__ import annotations

from dataclasses import dataclass

from config.kernel.errors import DomainError
from config.kernel.money import Money
from orders.models import Tab
from orders.rules.gratuity import TipSuggestion, suggest_tips
from payments.rules.allocation import Choice, LineShare, PayMode, part_to_pay
from payments.selectors import balances, shares
from payments.selectors.balances import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A payer's choice in figures. With a `refusal` the part is zero and there is no button."""

    choice: Choice
    standing: Standing
    shares: tuple[LineShare, ...]
    part: Money
    tip: Money
    tips: tuple[TipSuggestion, ...]
    refusal: DomainError | None

    @property
    def charge(self) -> Money:
        """What the button says."""
        return self.part + self.tip

    @property
    def can_pay(self) -> bool:
        return self.refusal is None

    @property
    def is_items(self) -> bool:
        return self.choice.mode == PayMode.ITEMS

    @property
    def is_everything(self) -> bool:
        return self.choice.mode == PayMode.ALL


def get_quote(
    *,
    tab: Tab,
    choice: Choice,
    tip_percent: int | None,
    tip_amount: Money | None,
    payer_digest: str,
) -> Quote:
    """Work out part, suggested tips and the chosen tip; nothing is reserved by looking."""
    standing = balances.get_standing(tab, payer_digest=payer_digest)
    of_lines = shares.get_shares(tab=tab, payer_digest=payer_digest)
    zero = Money.zero(tab.currency)
    refusal: DomainError | None = None
    try:
        part = part_to_pay(choice, open_amount=standing.open_amount, shares=of_lines)
    except DomainError as error:
        part, refusal = zero, error
    tips = suggest_tips(part, tab.venue.tip_percents)
    by_percent = {tip.percent: tip.amount for tip in tips}
    tip = tip_amount if tip_amount is not None else by_percent.get(tip_percent or 0, zero)
    return Quote(
        choice=choice,
        standing=standing,
        shares=of_lines,
        part=part,
        tip=tip,
        tips=tips,
        refusal=refusal,
    )
