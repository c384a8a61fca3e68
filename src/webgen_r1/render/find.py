"""Finding a browser of the Chromium family on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from webgen_r1.errors import RenderInfraError

_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
_MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PLAYWRIGHT = (
    "chromium_headless_shell-*/chrome-*/*headless*shell*",
    "chromium-*/chrome-*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find_browser() -> Path:
    """$WEBGEN_BROWSER, an installed one (the lean headless shell first), Playwright's download.

    Raises RenderInfraError that names the mending command.
    """
    given = os.environ.get("WEBGEN_BROWSER")
    if given:
        found = shutil.which(given)
        if found is None:
            raise RenderInfraError(
                f"WEBGEN_BROWSER={given} is not a program; unset it or name a Chromium",
                code="browser-missing",
            )
        return Path(found)
    for name in (*_NAMES, *_MAC_APPS):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    for pattern in _PLAYWRIGHT:
        for candidate in sorted(_playwright_home().glob(pattern), reverse=True):
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return candidate
    raise RenderInfraError(
        "no browser found. Install one: webgen setup (or: apt-get install chromium-headless-shell)",
        code="browser-missing",
    )


def _playwright_home() -> Path:
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if given and given != "0":
        return Path(given)
    mac = Path.home() / "Library/Caches/ms-playwright"
    return mac if mac.is_dir() else Path.home() / ".cache/ms-playwright"
