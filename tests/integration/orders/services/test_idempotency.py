from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import IdempotencyRecord
from orders.services import idempotency
from orders.services.idempotency import ABANDONED_AFTER, KEPT, KeyReused, StillRunning
from tests.conftest import EVENING

MOMENT = timedelta(seconds=1)


@pytest.fixture
def begin(larkspur):
    def make(key="key", fingerprint="one", now=EVENING, venue=larkspur):
        return idempotency.begin(venue=venue, key=key, fingerprint=fingerprint, now=now)

    return make


@pytest.fixture
def answered(begin, larkspur):
    """A request that was answered with 201."""
    assert begin() is None
    idempotency.finish(venue=larkspur, key="key", status=201, body='{"id": 1}')


def test_a_repeat_gets_the_first_answer(begin, answered):
    record = begin(now=EVENING + KEPT - MOMENT)

    assert (record.status, record.body) == (201, '{"id": 1}')


def test_another_request_under_the_same_key_is_refused(begin, answered):
    with pytest.raises(KeyReused):
        begin(fingerprint="two")


def test_a_repeat_while_the_first_still_runs_is_refused(begin):
    begin()

    with pytest.raises(StillRunning):
        begin(now=EVENING + ABANDONED_AFTER - MOMENT)


def test_a_request_whose_worker_died_is_taken_over_once(begin):
    begin()
    later = EVENING + ABANDONED_AFTER

    assert begin(now=later) is None
    with pytest.raises(StillRunning):
        begin(now=later)


def test_keys_of_other_venues_are_other_keys(begin, answered, odile):
    assert begin(venue=odile, fingerprint="two") is None


def test_a_key_is_forgotten_after_a_day(begin, answered):
    assert begin(fingerprint="two", now=EVENING + KEPT) is None
    assert IdempotencyRecord.objects.get().fingerprint == "two"


def test_work_that_broke_down_can_be_tried_again(begin, larkspur):
    begin()
    idempotency.forget(venue=larkspur, key="key")

    assert begin() is None


def test_an_answer_is_not_forgotten(begin, answered, larkspur):
    idempotency.forget(venue=larkspur, key="key")

    assert begin().status == 201


def test_old_answers_are_deleted(begin, answered):
    assert idempotency.purge(now=EVENING + KEPT - MOMENT) == 0
    assert idempotency.purge(now=EVENING + KEPT) == 1
