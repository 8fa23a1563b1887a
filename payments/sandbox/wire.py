"""How parameters travel: `a[b][0]=c` in forms and addresses, nested dictionaries inside."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from payments.sandbox.errors import ApiError

LARGEST_BODY: Final = 1_000_000
DEEPEST: Final = 12


def decode(text: str) -> dict[str, Any]:
    """Undo the SDK's form encoding; lists stay dictionaries of digits until their type is known."""
    params: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, max_num_fields=5_000):
        _put(params, _steps(key), value)
    return params


def _steps(key: str) -> list[str]:
    head, *rest = key.split("[")
    steps = [head, *(part.removesuffix("]") for part in rest)]
    if not head or len(steps) > DEEPEST or any(not part.endswith("]") for part in rest):
        raise ApiError(400, f"Invalid parameter name: {key}")
    return steps


def _put(params: dict[str, Any], steps: list[str], value: str) -> None:
    here = params
    for step in steps[:-1]:
        here = here.setdefault(step or str(len(here)), {})
        if not isinstance(here, dict):
            raise ApiError(400, f"Invalid parameter: {steps[0]}", param=steps[0])
    here[steps[-1] or str(len(here))] = value


def as_list(value: Any) -> Any:
    """Turn `{"0": x, "1": y}` into `[x, y]`; leave everything else to the validation."""
    if isinstance(value, dict) and all(key.isdigit() for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return value


def name_of(path: list[str | int]) -> str:
    """The way Stripe writes where a parameter stands: `line_items[0][quantity]`."""
    return "".join(str(step) if index == 0 else f"[{step}]" for index, step in enumerate(path))
