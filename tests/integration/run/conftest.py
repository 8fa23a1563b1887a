"""A real Celery worker for the tests that ask for one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from config.celery import celery_app
from config.run.process import die_with_parent, end, wait_until


@pytest.fixture
def worker(transactional_db):
    """A worker process on this test's database and on the broker the suite was started with."""
    if not settings.REDIS_URL:
        pytest.skip("needs a broker: python -m config.run.services --kv -- python -m pytest")
    celery_app.control.purge()
    process = subprocess.Popen(  # One thread; see die_with_parent.
        [
            *(sys.executable, "-m", "celery", "-q", "-A", "config", "worker"),
            *("-c", "2", "-Q", "money,mail,house", "-l", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        env=os.environ | {"DATABASE_URL": _address_of_test_database()},
        start_new_session=True,
        preexec_fn=die_with_parent(),  # noqa: PLW1509  # It only speaks to the kernel.
    )
    wait_until(lambda: bool(celery_app.control.ping(timeout=0.5)), process, what="The worker")
    yield process
    end(process, patience=20)


def _address_of_test_database():
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    where = database["OPTIONS"].get("host") or database["HOST"]
    return f"postgres://{database['USER']}@/{database['NAME']}?host={where}"
