"""The command line of the sandbox, shared by `python -m payments.sandbox` and `manage.py`."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from types import FrameType
from typing import Final

from payments.sandbox.server import SandboxServer

PORT: Final = 12_111


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=PORT, help="0 takes any free port")
    parser.add_argument("--state", default=None, help="SQLite file; in memory without it")
    parser.add_argument(
        "--public-url",
        default=os.environ.get("STRIPE_SANDBOX_PUBLIC_URL", ""),
        help="where customers reach the hosted pages",
    )
    parser.add_argument("--webhook-url", default="", help="an endpoint that hears of everything")
    parser.add_argument("--webhook-secret", default="", help="what its events are signed with")


def run(options: argparse.Namespace) -> None:
    """Serve until Ctrl-C or a polite request to end.

    :raises SystemExit: when the port is taken.
    """
    webhook = (options.webhook_url, options.webhook_secret) if options.webhook_url else None
    try:
        server = SandboxServer(
            host=options.host,
            port=options.port,
            state=options.state,
            public_url=options.public_url,
            webhook=webhook,
        )
    except OSError as error:
        raise SystemExit(f"The Stripe sandbox cannot start: {error}") from None
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with server:
        print(f"Stripe sandbox at {server.url}", flush=True)
        ended.wait()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m payments.sandbox", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    if options.webhook_url and not options.webhook_secret:
        parser.error("--webhook-url needs --webhook-secret")
    run(options)
