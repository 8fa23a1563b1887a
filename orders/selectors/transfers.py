"""What a guest needs to know to pay a tab by bank transfer."""

from __future__ import annotations

from dataclasses import dataclass

from orders.models import Tab
from orders.rules.bank_accounts import is_iban, written


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDetails:
    """Whose account, which, where; and the words by which staff find the tab again."""

    holder: str
    account: str
    bank: str
    reference: str
    is_iban: bool


def get_bank_details(tab: Tab) -> BankDetails | None:
    """Where a transfer for this tab goes; None where the venue takes none.

    The reference has letters, digits and a hyphen only, which every bank lets through, and the
    tab's number, since a card's code lies on another tab tomorrow.
    """
    venue = tab.venue
    if not venue.bank_account:
        return None
    return BankDetails(
        holder=venue.bank_holder,
        account=written(venue.bank_account),
        bank=venue.bank_name,
        reference=f"TAB-{tab.number}",
        is_iban=is_iban(venue.bank_account),
    )
