"""The words a guest agrees to before their money is held or their card is saved for a booking.

They are written out here, in one place, because what was shown has to be kept word for word. The
word "hold" is used only where money is held.
"""

from __future__ import annotations

from django.utils.translation import gettext

from config.kernel.written_money import money_text
from deposits.models import Deposit
from deposits.rules import no_show
from deposits.rules.hold_window import Instrument
from orders.templatetags.display import when_text


def sentences(deposit: Deposit) -> tuple[str, ...]:
    """What the guest agrees to, sentence by sentence, for this booking and no other."""
    late = no_show.owed(deposit.amount, deposit.late_share)
    missed = no_show.owed(deposit.amount, deposit.no_show_share)
    booking = deposit.booking
    facts = {
        "venue": deposit.venue.name,
        "amount": money_text(deposit.amount),
        "start": when_text(booking.starts_at, "full"),
        "free": when_text(booking.free_until, "full"),
        "late": money_text(late),
        "missed": money_text(missed),
        "hours": deposit.objection_hours,
    }
    said = (
        _instrument(deposit),
        gettext("This is for the booking on %(start)s at %(venue)s, and for no other."),
        gettext("It is used towards the bill of that visit; what is not needed is let go."),
        gettext("Cancelling up to %(free)s costs nothing. After that it costs %(late)s."),
        gettext("Not coming costs %(missed)s."),
        gettext("Before anything is taken we tell you, and you have %(hours)s hours to object."),
        gettext("Stripe keeps the card until then. %(venue)s never sees its number."),
    )
    return tuple(sentence % facts for sentence in said)


def _instrument(deposit: Deposit) -> str:
    if deposit.instrument == Instrument.HOLD:
        return gettext("%(amount)s is held on my card now. It is not taken.")
    return gettext(
        "My card is saved now. %(amount)s is held on it 36 hours before the visit, or when I "
        "cancel too late. It is not taken."
    )
