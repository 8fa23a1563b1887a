"""The pages that are asked for all evening: the board, and the bill on a guest's phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

from config.run.bench import crowd
from config.run.bench.client import Answer, Server
from config.run.bench.crowd import Sample, Step, Watch
from config.run.bench.house import House

CLIENTS: Final = 4
_SHOWN: Final = frozenset({200, 204})
_FOLLOWED: Final = frozenset({200, 302, 303})
_VERSION: Final = re.compile(rb'data-poll hx-get="[^"]*?v=([^"&]+)"')


def measure(house: House, *, seconds: float) -> list[Sample]:
    """Each page and each poll, for a few seconds, with four clients."""
    staff = house.visitor(Cookie=house.staged["session"])
    board = f"/v/{house.staged['tills'][0]['slug']}/"
    guest, bill = _let_in(house)
    tabs = house.tills()[0].server
    asked: Mapping[str, Callable[[], Step]] = {
        "board, 200 open tabs (HTML)": lambda: _page(staff, board),
        "board, nothing new (204)": lambda: _poll(staff, board),
        "tabs as JSON, 200 of them": lambda: _page(tabs, "/api/v1/tabs/?status=open&page_size=200"),
        "live bill (HTML)": lambda: _page(guest, bill),
        "live bill, nothing new (204)": lambda: _poll(guest, bill),
    }
    return [_sample(name, make, seconds, house.watch) for name, make in asked.items()]


def _sample(name: str, make: Callable[[], Step], seconds: float, watch: Watch) -> Sample:
    steps = [make() for _client in range(CLIENTS)]
    for step in steps:
        step()
    return crowd.run(name, steps, seconds=seconds, watch=watch)


def _page(server: Server, path: str) -> Step:
    return lambda: [_seconds(lambda: server.get(path))]


def _poll(server: Server, path: str) -> Step:
    """As htmx asks. A board also grows older by the minute: then it is read anew."""
    version = _version(server, path)

    def step() -> list[float]:
        nonlocal version
        answers: list[Answer] = []
        address = f"{path}?v={version}"
        took = _seconds(
            lambda: answers.append(server.get(address, expected=_SHOWN, HX_Request="true"))
        )
        if answers[0].status != 204:  # noqa: PLR2004  # There was something new.
            version = _version(server, path)
        return [took]

    return step


def _version(server: Server, path: str) -> str:
    found = _VERSION.search(server.get(path).body)
    return found[1].decode() if found else ""


def _let_in(house: House) -> tuple[Server, str]:
    """A guest whose phone has scanned the card of an open tab."""
    bill = f"/t/{house.staged['guest_key']}/"
    cookies: dict[str, str] = {}
    for _visit in range(3):
        visitor = house.visitor(Cookie=_header(cookies))
        cookies |= visitor.get(bill, expected=_FOLLOWED).cookies
    return house.visitor(Cookie=_header(cookies)), bill


def _header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _seconds(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started
