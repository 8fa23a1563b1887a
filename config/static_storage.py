"""Static files in production: hashed, compressed, and every entry style sheet one file.

While developing, the browser follows the imports of `main.css` by itself. In production sixty small
files would be sixty requests, so `collectstatic` puts them into one, each under its cascade layer.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES: Final = ("css/main.css", "css/admin.css")

_REFERENCE: Final = re.compile(
    r"""@import url\("(?P<sheet>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;"""
    r"""|url\((?P<quote>["']?)(?P<address>[^"')]+)(?P=quote)\)"""
)
_ELSEWHERE: Final = re.compile(r"[a-z]+:|[/#]")
_COMMENT: Final = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # Untyped.
    """WhiteNoise's storage, with the imports of our entry style sheets joined beforehand."""

    def post_process(
        self, paths: dict[str, Any], *, dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            paths = paths | {name: self._join(name, paths) for name in ENTRIES if name in paths}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _join(self, name: str, paths: dict[str, Any]) -> tuple[Any, str]:
        """Replace the collected copy; deleted first, for it may be a link to the source itself."""

        def read(wanted: str) -> str:
            storage, path = paths[wanted]
            with storage.open(path) as sheet:
                text: str = sheet.read().decode()
            return text

        joined = join(name, read)
        self.delete(name)
        self._save(name, ContentFile(joined.encode()))
        return self, name


def join(name: str, read: Callable[[str], str]) -> str:
    """The style sheet `name` with everything it imports in place, under the layers it names.

    :raises ValueError: it imports in a way that cannot be joined, or in a circle.
    """
    joined = _inlined(name, read, home=posixpath.dirname(name), path=())
    if "@import" in joined:
        raise ValueError(f'{name} imports otherwise than with @import url("…") layer(…);')
    return joined


def _inlined(name: str, read: Callable[[str], str], *, home: str, path: tuple[str, ...]) -> str:
    if name in path:
        raise ValueError(f"{name} imports itself by way of {path[-1]}")
    folder = posixpath.dirname(name)

    def in_place(found: re.Match[str]) -> str:
        if not found["sheet"]:
            return _moved(found, folder, home)
        wanted = posixpath.normpath(posixpath.join(folder, found["sheet"]))
        text = _inlined(wanted, read, home=home, path=(*path, name)).strip()
        return f"@layer {found['layer']} {{\n{text}\n}}" if found["layer"] else text

    return _REFERENCE.sub(in_place, _COMMENT.sub("", read(name)))


def _moved(found: re.Match[str], folder: str, home: str) -> str:
    """An address as it reads from the joined file, which may lie in another folder."""
    if _ELSEWHERE.match(found["address"]):
        return found.group()
    there = posixpath.relpath(posixpath.join(folder, found["address"]), home or ".")
    return f"url({found['quote']}{there}{found['quote']})"
