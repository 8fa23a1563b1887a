from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pytest
from django.db import transaction

from config.kernel import events
from config.kernel.events import Event, publish, subscribe
from config.kernel.transactions import OpenTransaction, outside_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class KettleBoiled(Event):
    kettle: int


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    heard: list[Event] = []
    subscribe(KettleBoiled)(heard.append)
    return heard


@pytest.mark.django_db
def test_a_fact_is_told_after_commit_and_once(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(KettleBoiled(kettle=1))
        told_before_commit = list(heard)

    assert told_before_commit == []
    assert heard == [KettleBoiled(kettle=1)]


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_was_rolled_back_is_never_told(heard):
    with transaction.atomic():
        publish(KettleBoiled(kettle=1))
        transaction.set_rollback(True)

    assert heard == []


@pytest.mark.django_db
def test_a_handler_that_fails_hinders_nobody(caplog, django_capture_on_commit_callbacks, heard):
    def spill(_event):
        raise RuntimeError("spilled")

    subscribe(KettleBoiled)(spill)
    events._handlers[KettleBoiled].reverse()

    with django_capture_on_commit_callbacks(execute=True):
        publish(KettleBoiled(kettle=2))

    assert heard == [KettleBoiled(kettle=2)]
    assert "spill failed" in caplog.text


@pytest.mark.django_db
def test_slow_work_does_not_start_inside_a_transaction():
    guarded = outside_transaction(lambda: "done")

    assert guarded() == "done"
    with transaction.atomic(), pytest.raises(OpenTransaction):
        guarded()
