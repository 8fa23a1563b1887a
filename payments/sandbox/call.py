"""One piece of work on one account: what a resource's function gets to know."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from payments.sandbox import errors, events
from payments.sandbox.store import Record, Store

Body = dict[str, Any]


@dataclass
class Call:
    store: Store
    account: str
    params: Body = field(default_factory=dict)
    base_url: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None
    emitted: list[tuple[str, str]] = field(default_factory=list)

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
