"""Tables of deposits; other modules import the classes from here."""

from __future__ import annotations

from deposits.models.agreement import BookingAgreement
from deposits.models.booking import Booking
from deposits.models.deposit import Deposit
from deposits.models.diary import Break, DayOff, Diary, WorkingHours
from deposits.models.history import BookingEvent, ContactAttempt
from deposits.models.policy import DepositPolicy
from deposits.models.settings import BookingSettings, ServiceTiming

__all__ = [
    "Booking", "BookingAgreement", "BookingEvent", "BookingSettings", "Break", "ContactAttempt",
    "DayOff", "Deposit", "DepositPolicy", "Diary", "ServiceTiming", "WorkingHours",
]  # fmt: skip
