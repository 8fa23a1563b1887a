"""One piece of work on one account: what a resource's function gets to know."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from payments.sandbox import errors, events
from payments.sandbox.store import Record, Store

Body = dict[str, Any]
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})


@dataclass
class Call:
    store: Store
    account: str
    params: Body = field(default_factory=dict)
    base_url: str = ""
    follows_host: bool = False
    request_id: str | None = None
    idempotency_key: str | None = None
    emitted: list[tuple[str, str]] = field(default_factory=list)

    def pages_url(self, success_url: str) -> str:
        """Where the customer finds the hosted pages: at the host that brought them to the shop.

        A phone in the same network knows the shop by this machine's address, while the shop
        itself calls the sandbox by a loopback address.
        """
        host = urlsplit(success_url).hostname
        if not self.follows_host or not host or host in LOOPBACK:
            return self.base_url
        port = urlsplit(self.base_url).port
        return f"http://{host}:{port}" if port else f"http://{host}"

    def merge_metadata(self, body: Body) -> None:
        merge_metadata(body, self.params.get("metadata"))

    @property
    def now(self) -> int:
        return self.store.now()

    def get(self, kind: str, object_id: str) -> Record:
        """The object named by the address.

        :raises ApiError: 404, when this account has none of that name.
        """
        record = self.store.find(self.account, object_id, kind)
        if record is None:
            raise errors.missing(kind, object_id)
        return record

    def refer(self, kind: str, param: str) -> Record | None:
        """The object named by a parameter, if it was given.

        :raises ApiError: 400, when it names nothing.
        """
        object_id = self.params.get(param)
        if not object_id:
            return None
        record = self.store.find(self.account, str(object_id), kind)
        if record is None:
            raise errors.bad_reference(kind, str(object_id), param)
        return record

    def add(self, body: Body, **hidden: Any) -> Record:
        return self.store.insert(Record(self.account, str(body["object"]), body, hidden))

    def emit(self, kind: str, body: Body, previous: Body | None = None) -> str:
        """Tell the account's endpoints what happened, with the object as it is now."""
        snapshot = json.loads(json.dumps(body))
        event_id = events.record(
            self.store,
            self.account,
            kind,
            snapshot,
            previous=previous,
            request=(self.request_id, self.idempotency_key),
        )
        self.emitted.append((kind, event_id))
        return event_id


def merge_metadata(body: Body, given: Any) -> None:
    """Stripe adds keys, removes those set to nothing, and empties all for an empty value."""
    if given is None:
        return
    if given == "":
        body["metadata"] = {}
        return
    merged = (body.get("metadata") or {}) | given
    body["metadata"] = {key: value for key, value in merged.items() if value != ""}
