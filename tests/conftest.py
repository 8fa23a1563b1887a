"""What every test starts from: the cast, a marker for its folder, closed doors to the world."""

from __future__ import annotations

import socket
from decimal import Decimal
from pathlib import Path

import pytest

from orders.rules.roles import Role
from orders.rules.terms import VenueKind
from orders.services import tokens, venues
from tests import factories

# Tests read it from here; factories use it, so it is theirs.
EVENING = factories.EVENING
HERE = Path(__file__).parent
LOOPBACK = ("127.", "localhost", "::1")
_connect = socket.socket.connect


class OutsideWorld(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def _connect_at_home(self, address):
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise OutsideWorld(f"A test tried to reach {address[0]}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _closed_doors():
    """Loopback and Unix sockets stay open: the database, the broker and the sandbox live there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_at_home)
        yield


def pytest_collection_modifyitems(items):
    """Mark each test with the kind of test it is, which is the folder it lies in."""
    for item in items:
        kind = item.path.relative_to(HERE).parts[0]
        item.add_marker(getattr(pytest.mark, kind))


# --- Places --------------------------------------------------------------------------------------
@pytest.fixture
def larkspur(db):
    """Larkspur Coffee is a café in Dublin: euros, tax inside the prices, pay by tomorrow."""
    return factories.make_venue("Larkspur Coffee", reply_to="hello@larkspur.example")


@pytest.fixture
def odile(db):
    """Salon Odile is in Seoul: won have no decimals, guests have a week."""
    return factories.make_venue(
        "Salon Odile", currency="KRW", kind=VenueKind.SALON, zone="Asia/Seoul"
    )


@pytest.fixture
def northfold(db):
    """Northfold Studio consults in Kuwait: dinars have three decimals, tax comes on top."""
    return factories.make_venue(
        "Northfold Studio",
        currency="KWD",
        kind=VenueKind.CONSULTING,
        zone="Asia/Kuwait",
        prices_include_tax=False,
    )


# --- People --------------------------------------------------------------------------------------
@pytest.fixture
def ada(larkspur):
    """Ada works at Larkspur."""
    return factories.make_user("Ada", venue=larkspur)


@pytest.fixture
def niamh(larkspur):
    """Niamh manages Larkspur."""
    return factories.make_user("Niamh", venue=larkspur, role=Role.MANAGER)


@pytest.fixture
def olga(larkspur):
    """Olga owns Larkspur."""
    return factories.make_user("Olga", venue=larkspur, role=Role.OWNER)


@pytest.fixture
def mallory(db):
    """Mallory owns another place and has no business here."""
    elsewhere = factories.make_venue("Elsewhere")
    return factories.make_user("Mallory", venue=elsewhere, role=Role.OWNER)


@pytest.fixture
def stranger(db):
    """Somebody who can sign in and works nowhere."""
    return factories.make_user("Stranger")


@pytest.fixture
def sora(odile):
    """Sora owns Salon Odile."""
    return factories.make_user("Sora", venue=odile, role=Role.OWNER)


@pytest.fixture
def yousef(northfold):
    """Yousef owns Northfold Studio."""
    return factories.make_user("Yousef", venue=northfold, role=Role.OWNER)


# --- What Larkspur sells and hands out -----------------------------------------------------------
@pytest.fixture
def vat(larkspur):
    """Reduced tax on food and drink."""
    return venues.add_tax_rate(venue=larkspur, name="VAT", rate=Decimal("13.5"))


@pytest.fixture
def size(larkspur):
    """One size has to be chosen."""
    return factories.make_group(larkspur, "Size", [("Regular", 0), ("Large", 60)], least=1)


@pytest.fixture
def milk(larkspur):
    return factories.make_group(larkspur, "Milk", [("Oat", 50), ("Skimmed", 0)])


@pytest.fixture
def extras(larkspur):
    """Up to two extras; skipping the foam makes it cheaper."""
    return factories.make_group(
        larkspur, "Extras", [("Extra shot", 80), ("Vanilla", 40), ("No foam", -20)], most=2
    )


@pytest.fixture
def flat_white(larkspur, vat, size, milk, extras):
    """€3.80, and a size must be chosen."""
    return factories.make_item(
        larkspur, "Flat white", 380, section="Coffee", tax=vat, groups=[size, milk, extras]
    )


@pytest.fixture
def scone(larkspur, vat):
    """€3.20, with nothing to choose."""
    return factories.make_item(larkspur, "Scone with jam", 320, section="Bakes", tax=vat)


@pytest.fixture
def mint(larkspur):
    """The card MINT-01, resting on the counter beside PLUM-02."""
    return tokens.print_cards(venue=larkspur, words=["MINT", "PLUM"], count=2)[0]


@pytest.fixture
def tab(larkspur, ada, scone):
    """An open tab at table 4 with one scone on it: €3.20."""
    return factories.make_tab(larkspur, ada, scone, label="Table 4")


@pytest.fixture
def treatment(odile):
    """A bond treatment for ₩55,000, which says what it can do and what not."""
    return factories.make_item(
        odile,
        "Bond treatment",
        55_000,
        duration_minutes=40,
        expected_result="Stronger hair for 4 weeks.\nLess breakage.",
        limits="It won’t mend split ends.",
    )


@pytest.fixture
def chair(odile, sora, treatment):
    """An open tab at Odile with one bond treatment on it that waits for Maeve's yes."""
    return factories.make_tab(odile, sora, treatment, label="Chair 2", guest_name="Maeve Byrne")
