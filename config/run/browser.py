"""Find a Chromium for the browser tests, or get one; run as a program it prints the path.

In this order: CHROMIUM, the path, what Playwright has installed, then apt-get where it may, a
download by Playwright, and the build that npm carries. Each of these works on some machines only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.run.process import CannotRun
from config.settings.reading import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ON_MACOS: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FROM_NPM: Final = ROOT / ".tools" / "chromium"
_MINUTES: Final = 10
_ADVICE: Final = (
    "The browser tests need Chromium and none could be found or installed: install it "
    "(Debian: apt-get install chromium) or set CHROMIUM=/path/to/chromium."
)


def find_browser() -> str:
    """The path of a Chromium that is there, installing one if need be.

    :raises CannotRun: when no way leads to one.
    """
    if given := os.environ.get("CHROMIUM"):
        if not shutil.which(given):
            raise CannotRun(f"CHROMIUM={given} is no program that can be run.")
        return given
    ways: tuple[Callable[[], str | None], ...] = (_on_path, _of_playwright, _by_apt)
    for way in (*ways, _by_playwright, _by_npm):
        if found := way():
            return found
    raise CannotRun(_ADVICE)


def _on_path() -> str | None:
    return next((found for name in (*_NAMES, *_ON_MACOS) if (found := shutil.which(name))), None)


def _of_playwright() -> str | None:
    """What `playwright install` has left on this machine earlier."""
    question = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as p: print(p.chromium.executable_path)"
    )
    path = _output([sys.executable, "-c", question])
    return path if path and Path(path).exists() else None


def _by_apt() -> str | None:
    if os.geteuid() or not shutil.which("apt-get"):
        return None
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    _output(["apt-get", "update", "-q"], variables=quietly)
    _output(
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], variables=quietly
    )
    return _on_path()


def _by_playwright() -> str | None:
    _output([sys.executable, "-m", "playwright", "install", "chromium"])
    return _of_playwright()


def _by_npm() -> str | None:
    if not shutil.which("npm"):
        return None
    _FROM_NPM.mkdir(parents=True, exist_ok=True)
    _output(["npm", "install", "--silent", "--prefix", str(_FROM_NPM), "@sparticuz/chromium"])
    question = (
        "import('@sparticuz/chromium').then((it) => it.default.executablePath())"
        ".then((path) => console.log(path))"
    )
    path = _output(["node", "--input-type=module", "-e", question], cwd=_FROM_NPM)
    return path if path and Path(path).exists() else None


def _output(
    command: Sequence[str], *, cwd: Path = ROOT, variables: Mapping[str, str] | None = None
) -> str | None:
    """What the command printed last; None when it failed, since another way may work."""
    try:
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=_MINUTES * 60,
            cwd=cwd,
            env={**os.environ, **(variables or {})},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().rpartition("\n")[2]


def main() -> int:
    """Print the path for whoever called."""
    try:
        print(find_browser())
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
