"""Pictures for a page: only those of the run's own folder, and small ones made of them.

A thumbnail is 16:10, cut from the top of the picture, WebP. They are made once and kept in
`thumbs/`; a page that must work by itself embeds them instead.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from webgen_r1.errors import DiskError

THUMBS = "thumbs"
WIDTH = 320
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})

_QUALITY = 60
_LADDER = (640, 480, WIDTH, 256)
"""Widths of embedded pictures: the widest whose total fits into the budget is taken."""
_PROBES = 24


class Pictures:
    """Turns a recorded picture path into an address that a page in `folder` may show.

    `home` is what recorded paths are relative to. None for a path that is not a picture
    inside of `home`: paths come from files that others may have written.
    """

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._real = os.path.realpath(home)
        prefix = os.path.relpath(self._real, os.path.realpath(folder))
        self._prefix = PurePosixPath(Path(prefix).as_posix())
        self._known: dict[str, Path | None] = {}

    def __call__(self, relative: str | None) -> str | None:
        if relative is None or self.file(relative) is None:
            return None
        return quote((self._prefix / relative).as_posix())

    def file(self, relative: str) -> Path | None:
        """The picture on disk, None where there is none that may be shown."""
        if relative not in self._known:
            self._known[relative] = self._find(relative)
        return self._known[relative]

    def kept_thumb(self, relative: str) -> Path | None:
        """The thumbnail that a report has made of the picture, if it is not older."""
        picture, thumb = self.file(relative), self._home / THUMBS / _name(relative)
        return thumb if picture and _newer(thumb, picture) else None

    def _find(self, relative: str) -> Path | None:
        if not _inside(relative):
            return None
        path = self._home / relative
        real = os.path.realpath(path)
        if not real.startswith(os.path.join(self._real, "")):  # noqa: PTH118 - ten thousand steps
            return None
        return path if path.is_file() else None


def _inside(relative: str) -> bool:
    path = PurePosixPath(relative)
    plain = "\0" not in relative and "\\" not in relative
    return (
        plain
        and not path.is_absolute()
        and ".." not in path.parts
        and path.suffix.lower() in _SUFFIXES
    )


# ── small ones ──────────────────────────────────────────────────────────────────────


def make_thumbs(folder: Path, pictures: Pictures, recorded: Iterable[str]) -> dict[str, str]:
    """Recorded path -> address of its thumbnail, relative to `folder`. Raises DiskError.

    What exists and is newer than its picture is kept. A picture that cannot be read has no
    thumbnail.
    """
    wanted = [name for name in dict.fromkeys(recorded) if pictures.file(name)]
    home = folder / THUMBS
    try:
        home.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(lambda name: _thumb(pictures.file(name), home / _name(name)), wanted)
            return {
                name: f"{THUMBS}/{_name(name)}"
                for name, done in zip(wanted, made, strict=True)
                if done
            }
    except OSError as error:
        raise DiskError(f"cannot write {home}: {error.strerror}") from error


def _name(recorded: str) -> str:
    return hashlib.sha256(recorded.encode()).hexdigest()[:20] + ".webp"


def _thumb(source: Path | None, target: Path) -> bool:
    if source is None:
        return False
    if _newer(target, source):
        return True
    small = shrink(source, WIDTH)
    if small is None:
        return False
    draft = target.with_suffix(".part")
    draft.write_bytes(small)
    draft.replace(target)
    return True


def _newer(thumb: Path, picture: Path) -> bool:
    return thumb.is_file() and thumb.stat().st_mtime_ns >= picture.stat().st_mtime_ns


def shrink(source: Path, width: int) -> bytes | None:
    """The top of the picture, 16:10, `width` pixels wide, as WebP; None if it is unreadable."""
    from PIL import Image

    height = width * 10 // 16
    try:
        with Image.open(source) as image:
            image.draft("RGB", (width, height))  # a JPEG is decoded at a half or a quarter
            cut = min(image.height, image.width * 10 // 16)
            small = image.convert("RGB").resize(
                (width, height), Image.Resampling.BILINEAR, box=(0, 0, image.width, max(1, cut))
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    out = io.BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=2)
    return out.getvalue()


# ── embedded ────────────────────────────────────────────────────────────────────────


def embed(files: Mapping[Path, Path | None], budget: int) -> dict[Path, str]:
    """Each picture as a data URI, all of one width: as large as `budget` bytes in all allow.

    `files` are pictures, each with the thumbnail that is kept of it, if any: it is taken as
    it is where the width is the same. The width is chosen from a few pictures, evenly taken,
    so the total is near the budget rather than exactly below it. Unreadable ones are left out.
    """
    if not files:
        return {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        width = _fitting_width(pool, list(files), budget)
        made = pool.map(lambda file: _small(file, files[file], width), files)
        return {
            file: "data:image/webp;base64," + base64.b64encode(small).decode()
            for file, small in zip(files, made, strict=True)
            if small is not None
        }


def _small(file: Path, kept: Path | None, width: int) -> bytes | None:
    if kept is not None and width == WIDTH:
        try:
            return kept.read_bytes()
        except OSError:
            pass  # it can be made again
    return shrink(file, width)


def _fitting_width(pool: ThreadPoolExecutor, wanted: Sequence[Path], budget: int) -> int:
    probes = wanted[:: max(1, len(wanted) // _PROBES)][:_PROBES]
    for width in _LADDER:
        made = list(pool.map(shrink, probes, repeat(width)))
        mean = sum(len(small or b"") for small in made) / len(made)
        if mean * len(wanted) * 4 / 3 <= budget:
            return width
    return _LADDER[-1]
