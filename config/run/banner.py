"""What `make run` says when everything is up: addresses, and who may sign in."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.run.plan import Plan


def banner(plan: Plan, *, started: float) -> str:
    """The lines to print, from the plan and from what the demo data left in `demo.json`."""
    lines = [
        "",
        f"Afterward is running ({time.monotonic() - started:.1f} s). Ctrl-C stops it.",
        "",
        f"  Pages        {plan.address}/",
        f"  Mail sent    {plan.address}/outbox/",
        f"  Admin        {plan.address}/admin/",
        f"  API          {plan.address}/api/v1/docs/",
    ]
    if not plan.is_private and (here := _address_in_the_network()):
        lines.append(f"  From a phone http://{here}:{plan.port}/")
    if plan.sandbox_port:
        lines.append(f"  Sandbox      http://127.0.0.1:{plan.sandbox_port}/ (plays Stripe)")
    return "\n".join([*lines, *_demo(plan), ""])


def _address_in_the_network() -> str | None:
    """The address of this machine that its neighbours know; none without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the kernel only chooses the way, and with it our own address.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _demo(plan: Plan) -> list[str]:
    path = plan.var / "demo.json"
    if not path.exists():
        return []
    demo = json.loads(path.read_text())
    rows = [
        (str(login["venue"]), str(login["role"]), str(login["email"]), str(login["password"]))
        for login in demo.get("logins", [])
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = ["", "  Sign in as"]
    for *cells, password in rows:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append(f"    {'  '.join(padded)}  {password}")
    if key := demo.get("api_key"):
        lines += ["", f"  API key      {key}"]
    return lines
