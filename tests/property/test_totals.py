"""Whatever is on a tab, its sums agree with one another and with what payers are shown."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import Money, step_of, total
from orders.rules.totals import Priced, add_up, share_taxes

rates = st.sampled_from([Decimal(rate) for rate in ("0", "5", "10", "13.5", "20", "23", "27")])


@st.composite
def tabs(draw):
    """Lines, and the rules of the venue they are added up under."""
    currency = draw(st.sampled_from(["EUR", "KRW", "KWD", "ISK"]))
    step = step_of(currency)
    lines = draw(
        st.lists(
            st.builds(
                Priced,
                amount=st.integers(0, 200_000).map(lambda n: Money(n * step, currency)),
                tax_name=st.sampled_from(["VAT", "City tax"]),
                tax_rate=rates,
            ),
            max_size=12,
        )
    )
    charge = draw(st.sampled_from([Decimal(0), Decimal("12.5")]))
    return lines, currency, draw(st.booleans()), charge


def summed(tab):
    lines, currency, inclusive, charge = tab
    return add_up(
        lines, currency=currency, prices_include_tax=inclusive, service_charge_rate=charge
    )


@given(tab=tabs())
def test_the_parts_of_a_bill_add_up_to_it(tab):
    lines, currency, inclusive, _charge = tab

    sums = summed(tab)

    assert sums.subtotal == total([line.amount for line in lines], currency)
    assert total([part.gross for part in sums.taxes], currency) + sums.service_charge == sums.total
    assert sums.net + sums.tax == sums.total
    before_charge = sums.total - sums.service_charge
    assert before_charge == (sums.subtotal if inclusive else sums.subtotal + sums.tax)
    assert sums.total.minor % step_of(currency) == 0


@given(tab=tabs())
def test_the_order_of_lines_changes_nothing(tab):
    lines, *rest = tab

    assert summed(tab) == summed((list(reversed(lines)), *rest))


@given(tab=tabs())
def test_lines_summed_up_by_rate_before_come_to_the_same(tab):
    lines, currency, *rest = tab
    by_rate: dict[tuple[str, Decimal], list[Money]] = {}
    for line in lines:
        by_rate.setdefault((line.tax_name, line.tax_rate), []).append(line.amount)
    grouped = [
        Priced(amount=total(amounts, currency), tax_name=name, tax_rate=rate)
        for (name, rate), amounts in by_rate.items()
    ]

    assert summed((grouped, currency, *rest)) == summed(tab)


@given(tab=tabs(), weights=st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any))
def test_the_payers_together_carry_exactly_the_tax(tab, weights):
    sums = summed(tab)
    currency = sums.total.currency
    paid, shares = Money.zero(currency), []

    for part in sums.total.allocate(weights):
        shares.append(share_taxes(sums.taxes, whole=sums.total, paid_before=paid, paid_now=part))
        paid += part

    for index, tax in enumerate(sums.taxes):
        assert total([share[index].tax for share in shares], currency) == tax.tax
        assert total([share[index].gross for share in shares], currency) == tax.gross
