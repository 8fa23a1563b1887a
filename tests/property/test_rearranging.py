"""Ten thousand random transfers of lines, gifts and payments, in three kinds of currency.

Tabs are plain objects here that know only the rules; `tests/integration/payments/services` and the
shorter run in `test_rearranged_tabs.py` hold the database to the same.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from uuid import UUID

import pytest

from config.kernel.errors import DomainError
from config.kernel.money import Money, smallest_charge, step_of, total
from orders.rules import rearranging, reductions
from orders.rules.reductions import Reducible
from orders.rules.totals import Priced, add_up

STEPS = 1_700
PLACES = [
    # currency, prices include tax, service charge in per cent
    ("EUR", True, "0"),
    ("EUR", False, "12.5"),
    ("KRW", True, "10"),
    ("KRW", False, "0"),
    ("KWD", True, "0"),
    ("KWD", False, "7.5"),
]
RATES = (Decimal(0), Decimal("13.5"), Decimal(23))


@dataclass
class ModelLine:
    id: int
    price: int
    units: int
    rate: Decimal
    off: list = field(default_factory=list)
    moved: int = 0
    share_of: int | None = None

    @property
    def worth(self):
        return self.price * self.units - sum(minor for _id, _units, minor in self.off) - self.moved

    @property
    def left(self):
        return self.units - sum(units for _id, units, _minor in self.off)


@dataclass
class ModelTab:
    lines: list = field(default_factory=list)
    rounding: int = 0
    payments: list = field(default_factory=list)
    transferred: int = 0
    history: list = field(default_factory=list)


class Place:
    """A venue's tabs, and what may be done to them; refusals leave everything as it was."""

    def __init__(self, currency, *, inclusive, service, seed):
        self.currency, self.inclusive, self.service = currency, inclusive, Decimal(service)
        self.random, self.ids = Random(seed), count(1)  # noqa: S311  # Nothing secret.
        self.tabs = {}
        self.done = []
        self.counts = dict.fromkeys(ACTS, 0)

    # --- reading ---
    def money(self, minor):
        return Money(minor, self.currency)

    def total(self, tab):
        lines = [
            Priced(amount=self.money(line.worth), tax_name="VAT", tax_rate=line.rate)
            for line in tab.lines
        ]
        return add_up(
            lines,
            currency=self.currency,
            prices_include_tax=self.inclusive,
            service_charge_rate=self.service,
            rounding=tab.rounding,
        ).total.minor

    def paid(self, tab):
        return sum(tab.payments) + tab.transferred

    def owed(self):
        return sum(self.total(tab) - self.paid(tab) for tab in self.tabs.values())

    def pick(self):
        return self.random.choice(sorted(self.tabs)) if self.tabs else None

    # --- acting ---
    def settle_on(self, tab, wanted):
        tab.rounding = 0
        tab.rounding = wanted - self.total(tab)
        assert self.total(tab) == wanted

    def open(self):
        if len(self.tabs) > 12:
            return
        key = next(self.ids)
        self.tabs[key] = ModelTab(history=["opened"])
        for _each in range(self.random.randint(1, 5)):
            self.ring_up(key)

    def ring_up(self, key=None):
        key = key or self.pick()
        if key is None or self.tabs[key].payments or self.tabs[key].transferred:
            return
        step = step_of(self.currency)
        price = self.random.randint(50, 5000) * step
        line = ModelLine(next(self.ids), price, self.random.randint(1, 4),
                         self.random.choice(RATES))  # fmt: skip
        self.tabs[key].lines.append(line)
        self.tabs[key].history.append(("line", line.id))
        self.done.clear()

    def give(self):
        tab = self.tabs.get(self.pick(), ModelTab())
        lines = [line for line in tab.lines if line.worth]
        if not lines:
            return
        before = deepcopy(tab)
        gift, made = next(self.ids), self._gift(lines)
        for line, (units, minor) in made:
            line.off += [(gift, units, minor)] if minor else []
        assert min(line.worth for line in lines) >= 0
        if self.total(tab) < self.paid(tab):
            tab.lines, tab.rounding = before.lines, before.rounding
            return
        tab.history.append(("gift", gift))
        # Taking it back restores every line, and so the total.
        if self.random.random() < 0.5:
            for line in tab.lines:
                line.off = [each for each in line.off if each[0] != gift]
            assert tab.lines == before.lines
            assert self.total(tab) == self.total(before)
            tab.history.append(("gift back", gift))
        self.done.clear()

    def _gift(self, lines):
        asked = [
            Reducible(line_id=UUID(int=line.id), worth=self.money(line.worth), units=line.left)
            for line in lines
        ]
        if self.random.random() < 0.4:
            line, whole = lines[0], asked[0]
            units = self.random.randint(1, whole.units)
            return [(line, (units, reductions.comp(whole, quantity=units).minor))]
        percent = Decimal(self.random.randint(1, 6000)) / 100
        amounts = reductions.discount(asked, percent=percent)
        assert amounts == reductions.discount(asked, percent=percent)
        whole = total([each.worth for each in asked], self.currency)
        assert total(amounts, self.currency) == whole.percent(percent)
        return [(line, (0, off.minor)) for line, off in zip(lines, amounts, strict=True)]

    def pay(self):
        tab = self.tabs.get(self.pick())
        left = self.total(tab) - self.paid(tab) if tab else 0
        if left <= 0:
            return
        step = step_of(self.currency)
        minor = left if self.random.random() < 0.2 else self.random.randint(1, left // step) * step
        tab.payments.append(minor)
        tab.history.append(("paid", minor))
        # A later payment makes what was done before it final.
        self.done.clear()

    def merge(self):
        key, other = self.pick(), self.pick()
        if key is None or key == other:
            return
        before = deepcopy(self.tabs)
        tab, gone = self.tabs[key], self.tabs[other]
        together, moved = self.total(tab) + self.total(gone), self.paid(gone)
        tab.lines += gone.lines
        tab.transferred += moved
        tab.history.append(("merged", other))
        gone.lines, gone.rounding = [], 0
        gone.transferred -= moved
        gone.history.append(("merged away", key))
        self.settle_on(tab, together)
        assert self.total(gone) - self.paid(gone) == 0
        self.done.append(before)

    def split(self):
        key = self.pick()
        if key is None:
            return
        before = deepcopy(self.tabs)
        try:
            self._split(self.tabs[key])
        except DomainError:
            assert self.tabs == before
            return
        self.done.append(before)

    def _split(self, tab):
        left = self.money(self.total(tab) - self.paid(tab))
        parts = self._parts(left)
        assert parts == self._parts(left, again=True)
        assert total(parts, self.currency) == left
        assert all(smallest_charge(self.currency) <= part for part in parts)
        whole = self.total(tab)
        lines = [line for line in tab.lines if line.worth]
        worths = [self.money(line.worth) for line in lines]
        worth = total(worths, self.currency)
        taken = rearranging.worth_of_parts(
            parts[1:], whole=self.money(whole), worth=worth, at_hand=worth
        )
        rows = rearranging.spread(worths, parts=taken)
        assert rows == rearranging.spread(worths, parts=taken)
        for column, need in enumerate(taken):
            assert total([row[column] for row in rows], self.currency) == need
        new = [ModelTab(history=["split off"]) for _each in taken]
        for line, row in zip(lines, rows, strict=True):
            for part, share in zip(new, row, strict=True):
                assert 0 <= share.minor <= line.worth
                if share.minor:
                    part.lines.append(ModelLine(next(self.ids), share.minor, 1, line.rate,
                                                share_of=line.id))  # fmt: skip
            line.moved += total(row, self.currency).minor
            assert line.worth >= 0
        for part, wanted in zip(new, parts[1:], strict=True):
            self.settle_on(part, wanted.minor)
            self.tabs[next(self.ids)] = part
        self.settle_on(tab, whole - total(parts[1:], self.currency).minor)
        tab.history.append(("split", len(new)))

    def _parts(self, left, *, again=False):
        if not again:
            self.asked = self.random.choice(("ways", "weights", "amounts")), [
                self.random.randint(1, 7) for _each in range(self.random.randint(2, 6))
            ]  # fmt: skip
        kind, weights = self.asked
        if kind == "ways":
            return rearranging.evenly(left, ways=len(weights))
        if kind == "weights":
            return rearranging.by_weights(left, weights=weights)
        step = step_of(self.currency)
        share = max(left.minor // step // 10, 1) * step
        amounts = [self.money(share * weight // 7 // step * step) for weight in weights]
        return rearranging.by_amounts(left, amounts=amounts)

    def split_lines(self):
        tab = self.tabs.get(self.pick())
        if tab is None or len(tab.lines) < 2:
            return
        whole, before = self.total(tab), deepcopy(self.tabs)
        going = self.random.sample(tab.lines, self.random.randint(1, len(tab.lines) - 1))
        part = ModelTab(lines=going, history=["split off"])
        stays = whole - self.total(part)
        if self.total(part) <= 0 or stays < max(self.paid(tab), 1):
            return
        tab.lines = [line for line in tab.lines if line not in going]
        self.tabs[next(self.ids)] = part
        self.settle_on(tab, stays)
        tab.history.append(("split", 1))
        self.done.append(before)

    def undo(self):
        """Back to before the newest merge or split, unless money or lines came since."""
        if not self.done:
            return
        restored = self.done.pop()
        owed = self.owed()
        self.tabs = deepcopy(restored)
        assert self.owed() == owed
        assert self.tabs == restored


ACTS = ("open", "ring_up", "give", "pay", "merge", "split", "split_lines", "undo")
KEEPING = {"merge", "split", "split_lines", "undo"}


@pytest.mark.parametrize(
    ("currency", "inclusive", "service"),
    PLACES,
    ids=[f"{c}-{'in' if i else 'on_top'}-{s}" for c, i, s in PLACES],
)
def test_whatever_is_done_nothing_is_lost_and_nothing_is_orphaned(currency, inclusive, service):
    place = Place(currency, inclusive=inclusive, service=service, seed=f"{currency}{service}")
    place.open()

    for _step in range(STEPS):
        act = place.random.choice(ACTS)
        owed, told = place.owed(), sum(len(tab.history) for tab in place.tabs.values())
        money = sorted(minor for tab in place.tabs.values() for minor in tab.payments)
        try:
            getattr(place, act)()
        except DomainError:
            act = "refused"
        changed = place.owed() != owed
        after = sorted(minor for tab in place.tabs.values() for minor in tab.payments)
        assert not (changed and act in KEEPING)
        assert act == "pay" or after == money
        assert sum(tab.transferred for tab in place.tabs.values()) == 0
        if changed and act != "undo":
            assert sum(len(tab.history) for tab in place.tabs.values()) > told
        if act in place.counts:
            place.counts[act] += 1
        # Tabs that came to an end make room for new ones.
        place.tabs = {
            key: tab
            for key, tab in place.tabs.items()
            if place.done or tab.lines or tab.transferred or tab.payments
        }
        if len(place.tabs) > 30:
            place.tabs.clear()
            place.done.clear()

    assert all(place.counts.values())


def test_the_runs_are_long_enough():
    assert STEPS * len(PLACES) >= 10_000


@pytest.mark.parametrize("seed", range(40))
def test_lines_are_shared_so_that_every_part_comes_out_exact(seed):
    random = Random(seed)  # noqa: S311  # Nothing secret.
    currency = random.choice(["EUR", "KRW", "KWD"])
    step = step_of(currency)
    worths = [
        Money(random.randint(0, 900) * step, currency) for _each in range(random.randint(1, 9))
    ]
    whole = total(worths, currency)
    if not whole.is_positive:
        return
    parts = whole.allocate([random.randint(0, 9) + 1 for _each in range(random.randint(1, 8))])[1:]

    rows = rearranging.spread(worths, parts=parts)

    for column, part in enumerate(parts):
        assert total([row[column] for row in rows], currency) == part
    for worth, row in zip(worths, rows, strict=True):
        assert all(share.minor >= 0 and share.minor % step == 0 for share in row)
        assert total(row, currency) <= worth
