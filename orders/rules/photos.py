"""A photo for the menu: read, turned upright, made small, and written anew.

What is kept is never what was sent: it has been decoded and encoded again, so nothing that hides in
a file, and no place or device it was taken with, gets any further.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from config.kernel.errors import DomainError, gettext_noop

MOST_BYTES: Final = 8 * 1024**2
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 640
QUALITY: Final = 78
FORMATS: Final = ("JPEG", "PNG", "WEBP")


class PhotoUnclear(DomainError):
    """It is no photo we can read."""

    code = "photo_unclear"


class PhotoTooLarge(DomainError):
    """More bytes or more pixels than a photo of the menu needs."""

    code = "photo_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A WebP image, `width` by `height` pixels."""

    data: bytes
    width: int
    height: int


def make_photo(sent: bytes) -> Photo:
    """The photo as it will be kept: at most 640 pixels on its longer side.

    :raises PhotoTooLarge: more than 8 MB, or more than 40 million pixels.
    :raises PhotoUnclear: it is no JPEG, PNG or WebP, or it is damaged.
    """
    if len(sent) > MOST_BYTES:
        raise PhotoTooLarge(gettext_noop("The photo is larger than 8 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = _upright(sent)
    except PhotoTooLarge:
        raise
    except Exception as error:
        # Decoders fail in many ways; for whoever sent it they are one.
        raise PhotoUnclear(
            gettext_noop("This is no photo we can read. Take a JPEG, PNG or WebP.")
        ) from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    picture.save(kept, "WEBP", quality=QUALITY, method=4)
    return Photo(data=kept.getvalue(), width=picture.width, height=picture.height)


def _upright(sent: bytes) -> Image.Image:
    with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
        # The header says how large it is before anything is unpacked.
        if opened.width * opened.height > MOST_PIXELS:
            raise PhotoTooLarge(gettext_noop("The photo has too many pixels. Make it smaller."))
        turned = ImageOps.exif_transpose(opened)
        has_holes = turned.mode in {"RGBA", "LA", "P", "PA"}
        if not has_holes:
            return turned.convert("RGB")
        layered = turned.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
