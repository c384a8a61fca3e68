"""What happened on a page between two looks at it, as an agent should hear of it."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass

from PIL import Image
from playwright.async_api import ConsoleMessage, Dialog, Download, FileChooser, FilePayload
from playwright.async_api import Error as PlaywrightError

MAX_NOTES = 8
"""Told at one step; a page can say more than anybody wants to read."""
MAX_DIALOGS = 30
"""Dialogs at one step before the page hangs."""
_LONGEST = 300


@dataclass(frozen=True)
class Note:
    """`what` is ours; `said` is the page's own text and never to be trusted."""

    what: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {quoted(self.said)}" if self.said else self.what


def quoted(text: str, limit: int = _LONGEST) -> str:
    """Text of a page as one line in quotes, whatever is in it."""
    flat = " ".join(text.encode("utf-8", "replace").decode().split())
    return json.dumps(flat if len(flat) <= limit else f"{flat[:limit]}…", ensure_ascii=False)


class Events:
    """Collects notes. `too_many_dialogs` says that the page opens them without end."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._dialogs = 0
        self.busy = 0
        """File dialogs that are being answered."""
        self.file_chosen = asyncio.Event()
        self.download_began = asyncio.Event()

    @property
    def too_many_dialogs(self) -> bool:
        return self._dialogs > MAX_DIALOGS

    def note(self, what: str, said: str = "") -> None:
        note = Note(what, said[: 4 * _LONGEST])
        if note not in self._notes and len(self._notes) < MAX_NOTES:
            self._notes.append(note)

    def take(self) -> tuple[Note, ...]:
        """What happened since the last call."""
        notes, self._notes, self._dialogs = tuple(self._notes), [], 0
        return notes

    async def on_dialog(self, dialog: Dialog) -> None:
        """Say it and accept it, as a user would who wants to get on."""
        self._dialogs += 1
        if dialog.type == "beforeunload":
            self.note("the page asked whether to leave it; accepted")
        else:
            self.note(f"a dialog ({dialog.type}) opened and was accepted", dialog.message)
        try:
            await dialog.accept(dialog.default_value if dialog.type == "prompt" else "")
        except PlaywrightError:
            return  # it went away with its page

    async def on_download(self, download: Download) -> None:
        """Downloads are refused by the profile; that one began is what a user would see."""
        self.note("a download began (files are not kept)", download.suggested_filename)
        self.download_began.set()

    async def on_file_chooser(self, chooser: FileChooser) -> None:
        """A user has a file at hand; so do we."""
        self.busy += 1
        try:
            accepts = str(await chooser.element.get_attribute("accept") or "")
            file = _sample_file(accepts)
            await chooser.set_files(file)
            self.note(f"a file dialog opened and {file['name']} was chosen")
        except PlaywrightError:
            return  # it went away with its page
        finally:
            self.busy -= 1
            self.file_chosen.set()

    def on_console(self, message: ConsoleMessage) -> None:
        # A request that fails for want of a network is not the page's error.
        if message.type == "error" and "net::ERR" not in message.text:
            self.note("console error", message.text)

    def on_page_error(self, error: Exception) -> None:
        self.note("uncaught error", str(error))


def _sample_file(accepts: str) -> FilePayload:
    """A small file of a kind that the field accepts."""
    if "csv" in accepts:
        return {"name": "sample.csv", "mimeType": "text/csv", "buffer": b"name,value\nsample,1\n"}
    if "json" in accepts:
        return {"name": "sample.json", "mimeType": "application/json", "buffer": b'{"sample": 1}'}
    if accepts and not any(word in accepts for word in ("image", "png", "jpg", "jpeg", "*/*")):
        return {"name": "sample.txt", "mimeType": "text/plain", "buffer": b"A sample file.\n"}
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 140, 200)).save(out, "PNG")
    return {"name": "sample.png", "mimeType": "image/png", "buffer": out.getvalue()}
