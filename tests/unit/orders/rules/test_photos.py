"""A photo is written anew, small and upright, and keeps nothing of where it came from."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from orders.rules.photos import MOST_BYTES, PhotoTooLarge, PhotoUnclear, make_photo


def picture(kind="JPEG", size=(1200, 900), mode="RGB", **options):
    kept = io.BytesIO()
    Image.new(mode, size, "red").save(kept, kind, **options)
    return kept.getvalue()


def opened(photo):
    return Image.open(io.BytesIO(photo.data))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")],
)
def test_what_phones_make_becomes_a_small_webp(kind, mode):
    photo = make_photo(picture(kind, mode=mode))

    assert (photo.width, photo.height) == (640, 480)
    assert (opened(photo).format, opened(photo).mode) == ("WEBP", "RGB")
    assert len(photo.data) < 80_000


def test_a_small_one_is_not_blown_up():
    photo = make_photo(picture(size=(100, 50)))

    assert (photo.width, photo.height) == (100, 50)


def test_it_stands_upright_and_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A phone"

    photo = make_photo(picture(size=(1200, 600), exif=exif))

    assert (photo.width, photo.height) == (320, 640)
    assert not opened(photo).getexif()
    assert b"A phone" not in photo.data


def test_what_hides_behind_a_picture_is_gone():
    photo = make_photo(picture() + b"<script>alert(1)</script>")

    assert b"script" not in photo.data


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("BMP"),
        picture()[:400],
        b"\x89PNG\r\n\x1a\n" + b"0" * 100,
    ],
    ids=["nothing", "gif head", "svg", "gif", "bmp", "cut off", "no png"],
)
def test_what_is_no_photo_is_refused(sent):
    with pytest.raises(PhotoUnclear):
        make_photo(sent)


@pytest.mark.parametrize(
    "sent",
    [b"0" * (MOST_BYTES + 1), picture("PNG", size=(7000, 7000), mode="1")],
    ids=["bytes", "pixels"],
)
def test_what_is_too_large_is_refused(sent):
    with pytest.raises(PhotoTooLarge):
        make_photo(sent)
