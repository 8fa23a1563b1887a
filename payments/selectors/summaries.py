"""A venue's day in figures, for whoever looks after its money. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum

from config.kernel.money import Money
from orders.models import Membership, Message, Tab, Venue
from orders.rules.messages import MessageState
from payments.models import Dispute, LedgerEntry, Refund, SummaryWish
from payments.rules.accounts import Account
from payments.rules.refund_states import HOLDING
from payments.rules.summaries import start_of
from payments.selectors import owing
from payments.selectors.balances import MONEY_IN, came_in


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums:
    """What happened on a day, and how the venue stood at its end.

    `collected` and `tips` are less what was taken back at the counter; refunds are told apart.
    `undelivered` mails were written that day and reached nobody, as far as is known.
    """

    day: date
    collected: Money
    tips: Money
    payments: int
    refunded: Money
    refunds: int
    owing: Money
    owing_count: int
    overdue: Money
    overdue_count: int
    new_overdue: int
    new_disputes: int
    open_disputes: int
    undelivered: int

    @property
    def is_quiet(self) -> bool:
        """Nothing came, went, failed or became late."""
        happened = (
            self.payments, self.refunds, self.new_overdue, self.new_disputes, self.undelivered,
        )  # fmt: skip
        return not any(happened) and self.collected.is_zero and self.tips.is_zero


def wants_summary(membership: Membership) -> bool:
    return SummaryWish.objects.filter(membership=membership, next_at__isnull=False).exists()


def get_day(venue: Venue, day: date) -> DaySums:
    """One local day of a venue."""
    start = start_of(day, venue.zone)
    end = start_of(day + timedelta(days=1), venue.zone)
    came = _came_in(venue, start, end)
    back = Refund.objects.filter(
        tab__venue=venue, state__in=sorted(HOLDING), created_at__gte=start, created_at__lt=end
    ).aggregate(bill=Sum("amount_minor", default=0), tip=Sum("tip_minor", default=0), n=Count("id"))
    disputes = Dispute.objects.filter(tab__venue=venue)
    owed = Tab.objects.owing().filter(venue=venue)
    late = owed.filter(due_at__lt=end)
    return DaySums(
        day=day,
        collected=Money(came["collected"], venue.currency),
        tips=Money(came["tips"], venue.currency),
        payments=came["payments"],
        refunded=Money(back["bill"] + back["tip"], venue.currency),
        refunds=back["n"],
        owing=owing.left_on(owed, currency=venue.currency),
        owing_count=owed.count(),
        overdue=owing.left_on(late, currency=venue.currency),
        overdue_count=late.count(),
        new_overdue=late.filter(due_at__gte=start).count(),
        new_disputes=disputes.filter(opened_at__gte=start, opened_at__lt=end).count(),
        open_disputes=disputes.open().count(),
        undelivered=_undelivered(venue, start, end),
    )


def _came_in(venue: Venue, start: datetime, end: datetime) -> dict[str, int]:
    entries = LedgerEntry.objects.filter(venue=venue, occurred_at__gte=start, occurred_at__lt=end)
    money_in = Q(debit__in=MONEY_IN, credit=Account.RECEIVABLE)
    return entries.filter(Q(debit__in=MONEY_IN) | Q(credit__in=MONEY_IN)).aggregate(
        collected=Sum(came_in(Account.RECEIVABLE), default=0),
        tips=Sum(came_in(Account.TIPS), default=0),
        payments=Count("id", filter=money_in),
    )


def _undelivered(venue: Venue, start: datetime, end: datetime) -> int:
    lost = (MessageState.FAILED, MessageState.UNKNOWN)
    written = Message.objects.filter(venue=venue, created_at__gte=start, created_at__lt=end)
    return written.filter(state__in=lost).count()
