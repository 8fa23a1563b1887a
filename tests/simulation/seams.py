"""Where things go wrong: at a statement, a commit, a call to Stripe, a mail that leaves."""

from __future__ import annotations

import functools
import smtplib
import threading
from collections import Counter

from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connections

from config.kernel.money import total
from config.kernel.transactions import is_inside
from payments.gateway.errors import Busy, OutcomeUnknown
from tests import fakes
from tests.fakes.book import GONE_BACK
from tests.simulation.baton import Baton

ALIAS = "default"
# How likely each fault is, each time its place is passed.
ODDS = {
    "killed before a statement": 0.004,
    "cut off before a statement": 0.004,
    "killed before a commit": 0.02,
    "killed after a commit": 0.03,
    "Stripe did nothing and never answered": 0.06,
    "Stripe was busy": 0.02,
    "killed before Stripe was asked": 0.02,
    "Stripe did it and never answered": 0.12,
    "killed after Stripe did it": 0.1,
    "the mail server was full": 0.05,
    "the mail server took it and hung up": 0.08,
    "killed after the mail left": 0.1,
}


class Killed(BaseException):
    """SIGKILL: nothing of this process happens any more."""


def is_cut(end):
    """Whether somebody was stopped from outside, rather than refused by the database."""
    if isinstance(end, OperationalError):
        return not any(word in str(end) for word in ("deadlock", "timeout", "is locked"))
    if isinstance(end, Killed | InterfaceError):
        return True
    # Whoever is killed inside a transaction leaves it to Django, who cannot end it properly.
    return end.__context__ is not None and is_cut(end.__context__)


class Seams:
    """What every place where something may go wrong has in common: the dice and the baton."""

    def __init__(self, dice):
        self.dice = dice
        self.hits = Counter()
        self.complaints = []
        self.dead = set()
        self._pids = {}
        # Seen by whoever moves and by whoever waits for them: one at a time.
        self._watch, self._watching = connections.create_connection(ALIAS), threading.Lock()
        self._watch.inc_thread_sharing()
        self._is_served = self._watch.vendor == "postgresql"
        self.baton = Baton(dice, is_blocked=self._is_blocked)

    def close(self):
        self._watch.close()

    def arrive(self):
        """An actor begins, or is started again after it was killed: with a new connection."""
        connection = connections[ALIAS]
        connection.execute_wrappers.append(self._around_statement)
        connection._commit = functools.partial(self._around_commit, connection, connection._commit)

    def leave(self):
        """An actor's connection ends, whatever was going on with it."""
        self.dead.discard(threading.current_thread().name)
        connection = connections[ALIAS]
        if connection.connection is not None:
            connection.connection.close()
        del connections[ALIAS]

    def strikes(self, fault):
        """Whether this fault happens here and now; only to actors."""
        hit = self._is_actor and self.dice.random() < ODDS[fault]
        self.hits[fault] += hit
        return hit

    def die(self, fault):
        """Perhaps; whoever is dead stays so, whatever the code it stood in does on its way out."""
        name = threading.current_thread().name
        if name not in self.dead and self.strikes(fault):
            self.dead.add(name)
            connections[ALIAS].connection.close()
        if name in self.dead:
            raise Killed(fault)

    @property
    def _is_actor(self):
        return threading.current_thread().name.startswith("actor")

    def _around_statement(self, execute, sql, params, many, context):
        connection = context["connection"]
        self.die("killed before a statement")
        # Where one writer at a time is let in, others could only be seen waiting.
        if self._is_served or not connection.in_atomic_block:
            if self._is_served:
                pid = connection.connection.info.backend_pid
                self._pids[threading.current_thread().name] = pid
            self.baton.pause()
        if self.strikes("cut off before a statement"):
            self._cut(connection)
        return execute(sql, params, many, context)

    def _around_commit(self, connection, commit):
        self.die("killed before a commit")
        commit()
        self.die("killed after a commit")

    def _cut(self, connection):
        if not self._is_served:
            raise OperationalError("disk I/O error")
        pid = connection.connection.info.backend_pid
        self._ask("SELECT pg_terminate_backend(%s, 2000)", pid)

    def _is_blocked(self, name):
        if not self._is_served or name not in self._pids:
            return False
        return self._ask("SELECT cardinality(pg_blocking_pids(%s))", self._pids[name]) > 0

    def _ask(self, question, pid):
        with self._watching, self._watch.cursor() as cursor:
            cursor.execute(question, [pid])
            return cursor.fetchone()[0]


class Now:
    """The seams of the evening that is being played: gateways and mail backends find them here."""

    seams: Seams
    post: Counter


class Gateway(fakes.FakeGateway):
    """The processor in memory, on a line that fails."""

    def _called(self, name):
        Now.seams.baton.pause()
        if is_inside():
            Now.seams.complaints.append(f"{name} was called inside a transaction")
        Now.seams.die("killed before Stripe was asked")
        if Now.seams.strikes("Stripe did nothing and never answered"):
            raise OutcomeUnknown(name)
        if Now.seams.strikes("Stripe was busy"):
            raise Busy(name)
        super()._called(name)

    def refund(self, spec, *, key):
        """As the processor does, and note whether we ask for more than we know to be left."""
        self._note_greed(spec, key)
        return super().refund(spec, key=key)

    def _note_greed(self, spec, key):
        ours = [
            each.amount
            for each in self.book.refunds.values()
            if each.intent_id == spec.intent_id
            and "op" in each.metadata
            and each.status not in GONE_BACK
        ]
        asked = total([*ours, spec.amount], spec.amount.currency)
        captured = self.book.charges[spec.intent_id.removeprefix("pi_of_")]
        if key not in self.book.keys and asked > captured:
            Now.seams.complaints.append(f"{asked} of {captured} were to be given back")

    def _answer(self):
        Now.seams.die("killed after Stripe did it")
        if Now.seams.strikes("Stripe did it and never answered"):
            raise OutcomeUnknown("the answer was lost")
        super()._answer()


class PostOffice(BaseEmailBackend):
    """A mail server that notes what it has taken, by Message-ID."""

    def send_messages(self, mails):
        for mail in mails:
            Now.seams.baton.pause()
            if Now.seams.strikes("the mail server was full"):
                raise smtplib.SMTPDataError(452, b"4.2.2 full")
            Now.post[mail.extra_headers["Message-ID"][1:37]] += 1
            Now.seams.die("killed after the mail left")
            if Now.seams.strikes("the mail server took it and hung up"):
                raise smtplib.SMTPServerDisconnected("gone")
        return len(mails)
