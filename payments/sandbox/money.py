"""Stripe's own view of currencies: minor units, steps and smallest charges."""

from __future__ import annotations

from typing import Final

from payments.sandbox.errors import ApiError

NO_DECIMALS: Final = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ],
)
THREE_DECIMALS: Final = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Written without decimals, but sent as if they had two.
SENT_TIMES_HUNDRED: Final = frozenset({"isk", "ugx"})
SYMBOLS: Final = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "krw": "₩"}
SMALLEST: Final = {
    "usd": 50,
    "eur": 50,
    "chf": 50,
    "cad": 50,
    "aud": 50,
    "nzd": 50,
    "sgd": 50,
    "brl": 50,
    "gbp": 30,
    "jpy": 50,
    "czk": 1500,
    "huf": 17500,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
    "mxn": 1000,
    "hkd": 400,
    "thb": 1000,
    "aed": 200,
    "myr": 200,
}
LARGEST: Final = 99_999_999


def decimals(currency: str) -> int:
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def step(currency: str) -> int:
    """What every amount in this currency must be a multiple of."""
    if currency in SENT_TIMES_HUNDRED:
        return 100
    return 10 if currency in THREE_DECIMALS else 1


def shown(amount: int, currency: str) -> str:
    places = decimals(currency)
    whole, rest = divmod(amount, 10**places)
    figure = f"{whole:,}"
    if places and currency not in SENT_TIMES_HUNDRED:
        figure += f".{rest:0{places}d}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{currency.upper()} {figure}"


def check(amount: int, currency: str, param: str) -> None:
    """Refuse amounts that Stripe refuses.

    :raises ApiError: below the minimum, above the maximum, or between two steps.
    """
    smallest = SMALLEST.get(currency, 1)
    if amount < smallest:
        message = f"Amount must be at least {shown(smallest, currency)} {currency}"
        raise ApiError(400, message, code="amount_too_small", param=param)
    if amount > LARGEST:
        message = f"Amount must be no more than {shown(LARGEST, currency)} {currency}"
        raise ApiError(400, message, code="amount_too_large", param=param)
    check_step(amount, currency, param)


def check_step(amount: int, currency: str, param: str) -> None:
    if amount % step(currency):
        message = f"Invalid amount: {currency} amounts must be a multiple of {step(currency)}"
        raise ApiError(400, message, param=param)
