"""Demo bookings: a day in the salon's chairs and a few calls with the consultant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import F

from config.kernel import clock
from deposits.models import Booking
from deposits.rules.local_times import instant_of
from deposits.selectors import settings
from deposits.services import arrivals, bookings, diaries
from deposits.services.bookings import Guest, Wish
from deposits.services.diaries import Day, Pause
from orders.models import Message, User, Venue
from orders.rules.messages import MessageState
from orders.rules.tab_states import TabStatus

MADE_BEFORE: Final = timedelta(days=3)
LUNCH: Final = Pause(starts=time(12), ends=time(13), label="Lunch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One demo booking: days from today, the hour, who works, what, and who comes."""

    days: int
    at: time
    person: str
    item: str
    name: str

    @property
    def email(self) -> str:
        first, _space, last = self.name.lower().partition(" ")
        return f"{first}@{last or first}.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One demo place: who takes bookings from when to when, and what is booked."""

    people: dict[str, tuple[int, int]]
    planned: tuple[Planned, ...]


def _of(days: int, at: str, person: str, item: str, name: str) -> Planned:
    return Planned(days=days, at=time.fromisoformat(at), person=person, item=item, name=name)


ODILE: Final = Demo(
    people={
        "odile@odile.example": (9, 18),
        "jude@odile.example": (9, 18),
        "minji@odile.example": (10, 19),
    },
    planned=(
        _of(0, "09:00", "odile", "Root touch-up", "Clara Nunes"),
        _of(0, "10:30", "odile", "Bond treatment", "Ines Prado"),
        _of(0, "14:00", "odile", "Balayage and toner", "Da-eun Lim"),
        _of(0, "09:30", "jude", "Fringe trim", "Leo Park"),
        _of(0, "10:30", "jude", "Root touch-up", "Hana Kim"),
        _of(0, "15:00", "jude", "Balayage and toner", "Nia Roberts"),
        _of(0, "10:00", "minji", "Bond treatment", "Sofia Rossi"),
        _of(0, "13:30", "minji", "Deep moisture", "Tess Quinn"),
        _of(0, "16:15", "minji", "Root touch-up", "Grace Lin"),
        _of(1, "11:00", "odile", "Root touch-up", "Amara Okoye"),
        _of(1, "14:30", "jude", "Bond treatment", "Owen Daly"),
    ),
)
NORTHFOLD: Final = Demo(
    people={"yousef@northfold.example": (9, 17), "dana@northfold.example": (9, 17)},
    planned=(
        _of(0, "10:00", "yousef", "Discovery call", "Imani Clarke"),
        _of(0, "14:00", "dana", "Discovery call", "Lulwa Ceramics"),
        _of(1, "09:00", "yousef", "Service design day", "Bahar Clinics"),
    ),
)
DEMOS: Final = {"odile": ODILE, "northfold": NORTHFOLD}


class Command(BaseCommand):
    help = "Make bookings at the demo places once. Does nothing elsewhere."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Booking.objects.exists():
            return
        now = clock.now()
        with transaction.atomic():
            written = set(Message.objects.values_list("id", flat=True))
            for slug, demo in DEMOS.items():
                venue = Venue.objects.filter(slug=slug).first()
                if venue is not None and _is_demo(demo):
                    _open(venue, demo, now=now)
            # Nobody lives at these addresses: none of these mails ever leaves.
            Message.objects.exclude(id__in=written).update(
                state=MessageState.SENT, sent_at=F("created_at"), result="demo data, not sent"
            )


def _is_demo(demo: Demo) -> bool:
    return User.objects.filter(email__in=demo.people).count() == len(demo.people)


def _open(venue: Venue, demo: Demo, *, now: datetime) -> None:
    diaries.change_settings(venue=venue, is_public=True)
    people = {}
    for position, (email, (opens, closes)) in enumerate(demo.people.items()):
        person = User.objects.get(email=email)
        diary = diaries.open_diary(venue=venue, person=person, position=position)
        diaries.set_week(
            diary=diary,
            days=[
                Day(weekday=day, starts=time(opens), ends=time(closes), pauses=[LUNCH])
                for day in range(7)
            ],
        )
        people[email.partition("@")[0]] = person
    for planned in demo.planned:
        _book(venue, planned, people[planned.person], now=now)


def _book(venue: Venue, planned: Planned, person: User, *, now: datetime) -> None:
    item = settings.list_services(venue=venue).get(name=planned.item)
    day = venue.local(now).date() + timedelta(days=planned.days)
    booking = bookings.book(
        venue=venue,
        wish=Wish(
            item_id=item.id,
            person_id=person.pk,
            starts_at=instant_of(day, planned.at, venue.zone),
            guest=Guest(name=planned.name, email=planned.email),
            anyway=True,
        ),
        by=person,
        now=now - MADE_BEFORE,
    )
    if booking.ends_at < now and planned.days == 0 and _is_first(booking):
        arrivals.arrive(booking_id=booking.id, by=person, now=booking.starts_at)


def _is_first(booking: Booking) -> bool:
    """One visit of the day has begun a tab; more would fill the board."""
    return not booking.venue.tabs.filter(status=TabStatus.OPEN, booking__isnull=False).exists()
