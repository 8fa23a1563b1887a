"""A card processor in memory, for tests of services and doors. It behaves as the port promises.

`BOOK` is the processor's own book, shared by every gateway made in one test. The contract tests run
the same cases against this and against the real adapter on the sandbox.
"""

from __future__ import annotations

from payments.gateway.specs import Credentials
from tests.fakes.accounts import FakeAccounts
from tests.fakes.balance import FakeBalance
from tests.fakes.book import Book
from tests.fakes.checkout import FakeCheckout
from tests.fakes.disputes import FakeDisputes
from tests.fakes.events import FakeEvents
from tests.fakes.payments import FakePayments
from tests.fakes.refunds import FakeRefunds
from tests.fakes.saved_cards import FakeSavedCards

BOOK = Book()


class FakeGateway(
    FakeCheckout,
    FakePayments,
    FakeRefunds,
    FakeDisputes,
    FakeSavedCards,
    FakeEvents,
    FakeAccounts,
    FakeBalance,
):
    """One account at the processor in memory."""

    def __init__(self, credentials: Credentials, *, patient: bool = False) -> None:
        super().__init__(credentials, BOOK)
        self.patient = patient
