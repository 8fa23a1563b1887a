"""Photos of what is sold: managers give them, menus show them."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from orders.models import ItemPhoto
from orders.rules.photos import MOST_BYTES
from tests.software import Software
from tests.staff import browser_of

pytestmark = pytest.mark.django_db


def picture(colour="red"):
    kept = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def give(scone):
    address = f"/v/larkspur-coffee/menu/items/{scone.id}/photo/"

    def send(browser, data=None):
        sent = SimpleUploadedFile("scone.jpg", picture() if data is None else data)
        return browser.post(address, {"photo": sent}, follow=True)

    return send


def test_a_photo_is_kept_small_and_shown_on_the_menu(niamh, give, scone, tab):
    browser = browser_of(niamh)

    said = give(browser).content.decode()
    scone.refresh_from_db()
    address = f"/photos/{scone.photo_digest}.webp"
    image = Client().get(address)
    pad = browser.get(f"/v/larkspur-coffee/tabs/{tab.id}/pad/").content.decode()

    assert "Scone with jam has a photo now" in said
    assert (image.status_code, image["Content-Type"]) == (200, "image/webp")
    assert "immutable" in image["Cache-Control"]
    assert image["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(image.content)).size == (640, 480)
    assert address in pad


def test_software_is_told_where_it_is(niamh, give, scone):
    before = Software(niamh).get("catalogue/").json()["results"][0]["photo"]
    give(browser_of(niamh))
    scone.refresh_from_db()

    after = Software(niamh).get("catalogue/").json()["results"][0]["photo"]

    assert (before, after) == (None, f"http://testserver/photos/{scone.photo_digest}.webp")


def test_another_one_takes_its_place_and_the_same_changes_nothing(niamh, give, scone):
    browser, digests = browser_of(niamh), []
    for colour in ("red", "red", "blue"):
        give(browser, picture(colour))
        scone.refresh_from_db()
        digests.append(scone.photo_digest)

    assert digests[0] == digests[1] != digests[2]
    assert ItemPhoto.objects.count() == 1
    assert Client().get(f"/photos/{digests[0]}.webp").status_code == 404


def test_it_can_be_taken_away(niamh, give, scone):
    browser = browser_of(niamh)
    give(browser)

    for _twice in range(2):
        browser.post(f"/v/larkspur-coffee/menu/items/{scone.id}/photo/removal/")

    scone.refresh_from_db()
    assert (scone.photo_digest, ItemPhoto.objects.exists()) == ("", False)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"no photo", "This is no photo we can read"), (b"", "This is no photo we can read")],
)
def test_what_is_no_photo_is_explained(niamh, give, data, said):
    answer = give(browser_of(niamh), data)

    assert said in answer.content.decode()
    assert not ItemPhoto.objects.exists()


def test_nothing_chosen_is_explained(niamh, scone):
    answer = browser_of(niamh).post(f"/v/larkspur-coffee/menu/items/{scone.id}/photo/", follow=True)

    assert "Choose a photo first." in answer.content.decode()


def test_what_is_too_large_is_refused_unread(niamh, scone):
    answer = browser_of(niamh).post(
        f"/v/larkspur-coffee/menu/items/{scone.id}/photo/",
        b"0",
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(MOST_BYTES * 2)},
    )

    assert answer.status_code == 413
    assert not ItemPhoto.objects.exists()


def test_a_form_of_another_site_is_refused(niamh, scone):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(niamh)

    answer = browser.post(
        f"/v/larkspur-coffee/menu/items/{scone.id}/photo/",
        {"photo": SimpleUploadedFile("scone.jpg", picture())},
    )

    assert answer.status_code == 403
    assert not ItemPhoto.objects.exists()


@pytest.mark.parametrize(
    ("somebody", "status"), [("ada", 403), ("mallory", 404), ("stranger", 404), (None, 302)]
)
def test_nobody_else_gives_or_takes_photos(request, scone, somebody, status):
    browser = browser_of(request.getfixturevalue(somebody)) if somebody else Client()
    at = f"/v/larkspur-coffee/menu/items/{scone.id}/photo/"

    answers = {
        browser.post(at, {"photo": SimpleUploadedFile("s.jpg", picture())}).status_code,
        browser.post(f"{at}removal/").status_code,
    }

    assert answers == {status}
    assert not ItemPhoto.objects.exists()


def test_another_venue_s_item_is_not_there(sora, scone):
    at = f"/v/salon-odile/menu/items/{scone.id}/photo/"

    answer = browser_of(sora).post(at, {"photo": SimpleUploadedFile("s.jpg", picture())})

    assert answer.status_code == 404


def test_an_address_nobody_knows_is_not_there():
    assert Client().get(f"/photos/{uuid4().hex}.webp").status_code == 404
