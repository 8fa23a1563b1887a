"""The frame of every page: whose colours it wears, what it loads, and dead ends that render."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.views import defaults

from config.kernel.forms import MoneyField

NONCE = "a-nonce"
LARKSPUR = SimpleNamespace(
    name="Larkspur Coffee",
    slug="larkspur",
    initial="L",
    address="Dublin",
    phone="01 555 0142",
    brand_hue=200,
    brand_chroma_permille=80,
)
ANA = SimpleNamespace(initials="An", get_short_name="Ana", is_authenticated=True, is_staff=False)


@pytest.fixture
def request_with_nonce():
    request = RequestFactory().get("/")
    request.csp_nonce = NONCE  # As django-csp does.
    return request


class Payment(forms.Form):
    email = forms.EmailField(label="Email", help_text="For the receipt.")
    cash = MoneyField(currency="EUR", label="Cash")
    dinars = MoneyField(currency="KWD", label="Dinars", required=False)
    way = forms.ChoiceField(
        label="How?", choices=[("cash", "Cash"), ("card", "Card")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")


def field_of(form: forms.Form, name: str) -> str:
    return render_to_string("components/field.html", {"field": form[name]})


def test_a_page_wears_its_venues_colour_in_a_style_the_policy_allows(request_with_nonce):
    page = render_to_string("guest_base.html", {"venue": LARKSPUR}, request_with_nonce)

    assert f'<style nonce="{NONCE}">:root {{ --brand-h: 200; --brand-c: 0.080; }}</style>' in page


def test_a_page_without_a_venue_has_no_style_of_its_own(request_with_nonce):
    assert "<style" not in render_to_string("guest_base.html", {}, request_with_nonce)


def test_guests_load_no_htmx_and_staff_do(request_with_nonce):
    guest = render_to_string("guest_base.html", {"venue": LARKSPUR}, request_with_nonce)
    staff = render_to_string(
        "staff_base.html", {"venue": LARKSPUR, "person": ANA}, request_with_nonce
    )

    assert "django_htmx/" not in guest
    assert "django_htmx/htmx-2.min.js" in staff


def test_the_rail_shows_who_is_on_and_no_door_they_may_not_open(request_with_nonce):
    context = {"venue": LARKSPUR, "nav": "tabs"}

    staff = render_to_string("staff_base.html", context | {"person": ANA}, request_with_nonce)
    manager = render_to_string(
        "staff_base.html",
        context | {"person": SimpleNamespace(**vars(ANA) | {"is_staff": True})},
        request_with_nonce,
    )

    assert "Ana" in staff
    assert 'href="/admin/"' not in staff
    assert 'href="/admin/"' in manager


def test_a_message_becomes_a_toast_with_its_undo():
    messages = [Message(constants.SUCCESS, "Added <b>", extra_tags="/undo/")]

    shown = render_to_string("components/toasts.html", {"messages": messages, "csrf_token": "t0"})

    assert "Added &lt;b&gt;" in shown
    assert '<form method="post" action="/undo/" data-once>' in shown
    assert 'name="csrfmiddlewaretoken" value="t0"' in shown


def test_a_message_without_an_undo_offers_none():
    messages = [Message(constants.ERROR, "Not added")]

    assert "<form" not in render_to_string("components/toasts.html", {"messages": messages})


def test_a_field_ties_label_hint_and_error_to_its_input():
    form = Payment({"email": "donal@"})

    shown = field_of(form, "email")

    assert '<label for="id_email">Email</label>' in shown
    assert '<span class="hint" id="id_email_helptext">For the receipt.</span>' in shown
    assert '<p class="error" id="id_email_error">' in shown
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_email_helptext id_email_error"' in shown


def test_a_money_field_names_its_currency():
    form = Payment()

    assert '<div class="affix"><span>€</span><input' in field_of(form, "cash")
    assert '<div class="affix affix--wide"><span>KWD</span><input' in field_of(form, "dinars")
    assert 'class="input input--money"' in field_of(form, "cash")


def test_a_choice_is_a_group_with_a_name_of_its_own():
    shown = field_of(Payment({}), "way")

    assert '<fieldset class="field" id="id_way" tabindex="-1" aria-describedby=' in shown
    assert "<legend>How?</legend>" in shown
    assert shown.count('<label class="choice"><input type="radio"') == 2


def test_a_box_to_tick_carries_its_label():
    assert 'name="agreed" required id="id_agreed">Agreed' in field_of(Payment(), "agreed")


def test_the_summary_leads_to_each_field_that_is_wrong():
    shown = render_to_string("components/error_summary.html", {"form": Payment({})})

    assert '<a href="#id_email">Email: This field is required.</a>' in shown
    assert '<a href="#id_way">How?: This field is required.</a>' in shown
    assert "id_dinars" not in shown


def test_a_form_that_is_right_has_no_summary():
    assert "summary" not in render_to_string("components/error_summary.html", {"form": Payment()})


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_a_dead_end_needs_no_request(name):
    page = get_template(name).render()

    assert "<h1>" in page
    assert f"-{name[:3]}</strong>" in page


def test_a_broken_page_renders_from_nothing():
    response = defaults.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"OOPS-500" in response.content


def test_a_dead_end_at_a_venue_says_whom_to_call(request_with_nonce):
    page = render_to_string("404.html", {"venue": LARKSPUR}, request_with_nonce)

    assert 'Stuck? Call Larkspur Coffee on <a href="tel:015550142">01 555 0142</a>.' in page
