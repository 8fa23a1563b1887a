"""Every mail there is, with calm words and with wild ones, in every language: none is left out."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.every_mail import CALM, WILD, Story

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TEMPLATES = settings.BASE_DIR / "templates" / "emails"
# What a program that shows plain text fits into a window, and what one refuses to take.
READABLE, LONGEST_SUBJECT = 80, 200


def without_labels(html):
    """Between the quotes of an attribute, a bracket is a letter like any other."""
    return re.sub(r'aria-label="[^"]*"', "", html)


def is_too_long(line):
    """But for one word that nothing can break."""
    return len(line) > READABLE and max(map(len, line.split())) < READABLE // 2


@pytest.fixture(params=[language for language, _name in settings.LANGUAGES])
def language(request):
    return request.param


@pytest.fixture(params=["calm", "wild"])
def mails(request, language):
    words = {"calm": CALM, "wild": WILD}[request.param]
    return {
        f"{name} {about}".strip(): mail
        for name, about, mail in Story(words, language=language).mails()
    }


def test_no_kind_of_mail_is_left_out(mails):
    shown = {name.partition(" ")[0] for name in mails}

    assert shown == {
        path.name.removesuffix(".subject.txt") for path in TEMPLATES.rglob("*.subject.txt")
    }


def test_every_mail_is_whole(mails):
    for name, mail in mails.items():
        assert 0 < len(mail.subject) <= LONGEST_SUBJECT, name
        assert "\n" not in mail.subject, name
        assert not re.search(r"\n{3,}|[ \t]\n", mail.text), name
        assert not [line for line in mail.text.splitlines() if is_too_long(line)], name
        assert not re.search(r"&(amp|lt|gt|quot|#x27);", mail.text), name
        assert not re.search(r"<i>|&amp;(amp|lt|gt|quot);|&amp;#", without_labels(mail.html)), name
        assert not re.search(r"<img|<link|<script|src=|url\(|@import", mail.html), name
        assert re.search(r'class="preview"[^>]*>\s*[^\s<]', mail.html), name
