"""Every answer tells the browser what it may not do, errors included."""

from __future__ import annotations

import pytest
from django.urls import path

from config import urls


def _break(_request):
    raise RuntimeError("broken on purpose")


urlpatterns = [*urls.urlpatterns, path("broken/", _break)]


@pytest.fixture(autouse=True)
def _with_a_broken_page(settings, client):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/healthz", 200), ("/accounts/login/", 200), ("/admin/", 302), ("/nowhere/", 404)],
)
def test_every_answer_is_guarded(client, address, status):
    answer = client.get(address)

    assert answer.status_code == status
    _assert_guarded(answer)


@pytest.mark.django_db
def test_a_broken_page_is_guarded_too(client, caplog):
    answer = client.get("/broken/")

    assert answer.status_code == 500
    assert "broken on purpose" in caplog.text
    _assert_guarded(answer)


@pytest.mark.django_db
def test_a_page_may_send_its_form_to_stripe_and_nowhere_else(client):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]

    (form_action,) = (part for part in policy.split("; ") if part.startswith("form-action"))
    assert form_action.split()[1:3] == ["'self'", "https://checkout.stripe.com"]


def _assert_guarded(answer):
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
