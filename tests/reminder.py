"""A worker process of its own that reminds: real sweeps, a real database, a real mail server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Its arguments: the database's name, the mail server's port, the instant it takes for now, how many
# threads sweep at once, and whether mails are sent too.
WORK = """
import sys
from datetime import datetime
from threading import Barrier, Thread
import django
django.setup()
from django.conf import settings
from django.db import connection, connections
from orders.services import messages
from payments.services import reminders

connections.databases["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
now, threads, sends = datetime.fromisoformat(sys.argv[3]), int(sys.argv[4]), sys.argv[5] == "True"
together, failed = Barrier(threads), []

def work():
    together.wait()
    try:
        reminders.sweep(now=now)
        while sends and messages.send_due(now=now):
            pass
        reminders.sweep(now=now)
    except BaseException as error:
        failed.append(error)
        raise
    finally:
        connection.close()

crowd = [Thread(target=work) for _each in range(threads)]
for each in crowd:
    each.start()
for each in crowd:
    each.join()
sys.exit(len(failed))
"""


def start(*, database, port, now, threads=1, sends=True):
    """The worker, running. It ends with how many of its threads failed."""
    arguments = [database, str(port), now.isoformat(), str(threads), str(sends)]
    return subprocess.Popen(
        [sys.executable, "-c", WORK, *arguments],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )
