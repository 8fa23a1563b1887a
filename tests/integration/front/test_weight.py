"""Guest pages weigh under 100 kB on the wire at a first visit, fonts included."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys

import brotli
import pytest
from django.conf import settings

from payments.services import closing
from tests.conftest import EVENING

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BUDGET = 100_000
LOADED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js|woff2|svg))"')
# The two fonts of Latin letters are preloaded; the others come only where a page needs them.
STORED_AS_IS = (".woff2",)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Where production's copy of each static file lies, by the name that pages give it."""
    root = tmp_path_factory.mktemp("static")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "SECRET_KEY": "of-no-use-to-anybody",
        "STATIC_ROOT": str(root),
        "ENV_FILE": os.devnull,
    }
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=kept | own, check=True)
    names = json.loads((root / "staticfiles.json").read_text())["paths"]
    return {name: root / stored for name, stored in names.items()}


def on_the_wire(page, collected):
    """The bytes of a page and of all that it loads, compressed as a browser gets them."""
    parts = {"the page itself": len(gzip.compress(page.encode()))}
    for name in set(LOADED.findall(page)):
        content = collected[name].read_bytes()
        small = content if name.endswith(STORED_AS_IS) else brotli.compress(content)
        parts[name] = len(small)
    return parts


@pytest.fixture
def closed(tab, ada):
    return closing.close_and_request(tab_id=tab.id, by=ada, now=EVENING)


def test_the_pay_page_is_light(client, closed, collected):
    page = client.get(f"/p/{closed.token}/").content.decode()

    parts = on_the_wire(page, collected)

    assert {name.rpartition(".")[2] for name in parts} >= {"css", "js", "woff2"}
    assert parts["css/main.css"] > 5_000  # Joined: the imports are in it.
    assert sum(parts.values()) < BUDGET, parts


def test_the_live_bill_is_light(client, tab, collected):
    page = client.get(f"/t/{tab.guest_key}/", follow=True).content.decode()

    parts = on_the_wire(page, collected)

    assert "Nothing to pay now" in page
    assert sum(parts.values()) < BUDGET, parts
