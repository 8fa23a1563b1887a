"""Answers of the sandbox kept on disk, each shape once, for the compiler that reads them later."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "SANDBOX_ANSWERS"


def keep(bodies: list[Any]) -> None:
    """Write down what has a shape not seen yet, where somebody asked for it."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return
    for body in bodies:
        for one in objects_in(body):
            shape = json.dumps(_shape(one), sort_keys=True)
            name = hashlib.sha256(shape.encode()).hexdigest()[:16]
            path = Path(folder) / f"{name}.json"
            if not path.exists():
                # Several processes may meet the same shape: each replaces the whole file.
                draft = path.with_suffix(f".{os.getpid()}")
                draft.write_text(json.dumps(one))
                draft.replace(path)


def objects_in(body: Any) -> Iterator[dict[str, Any]]:
    """The objects of an answer: itself, those of a list, those inside an error."""
    if "error" in body:
        inside = ("payment_intent", "payment_method", "setup_intent")
        yield from (body["error"][name] for name in inside if name in body["error"])
    elif body.get("object") == "list":
        yield from body["data"]
    else:
        yield body


def _shape(value: Any, name: str = "") -> Any:
    """The keys and the kinds of what is under them; a type's own words count, others do not."""
    if isinstance(value, dict):
        return {key: _shape(inner, key) for key, inner in value.items() if name != "metadata"}
    if isinstance(value, list):
        return sorted({json.dumps(_shape(each), sort_keys=True) for each in value})
    if name in {"object", "type", "status"}:
        return value
    return type(value).__name__
